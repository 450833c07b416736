// What must not be left in the text of a mail: gives a line for everything that could act, cover or mislead.
root => {
    const wrong = [];
    const say = (why, one) => wrong.push(`${why}: ${one.outerHTML.slice(0, 200)}`);
    const active = "script,style,iframe,object,embed,form,input,button,select,textarea,base,meta,link,svg,math,video,audio,source,"
        + "template,dialog,portal,frame,frameset,marquee,area,map,[id],[name],[srcdoc],[is],[ping],[formaction]";
    for (const one of root.querySelectorAll(active)) say("active", one);
    for (const one of root.querySelectorAll("*")) {
        for (const { name } of one.attributes)
            if (name.startsWith("on") || name.startsWith("hx-") || name === "data-do") say(name, one);
        const look = getComputedStyle(one);
        if (look.position !== "static") say("position", one);
        if (look.transform !== "none" || /url\((?!"data:)/.test(look.backgroundImage)) say("style", one);
    }
    for (const link of root.querySelectorAll("a[href]")) {
        // The protocol ":" is that of an address that the browser cannot even open.
        if (![":", "http:", "https:", "mailto:", "tel:"].includes(link.protocol)) say("scheme", link);
        if (link.target !== "_blank" || !link.rel.includes("noopener")) say("opens here", link);
        const said = /^\s*(?:https?:\/\/)?((?:[\w-]+\.)+[a-z]{2,})(?:[\/?#]\S*)?\s*$/.exec(link.firstChild?.data ?? "");
        const honest = said && (link.hostname === said[1] || link.hostname.endsWith(`.${said[1]}`));
        if (said && !honest && !link.querySelector(".mail-true-target")) say("leads elsewhere", link);
    }
    return wrong;
}
