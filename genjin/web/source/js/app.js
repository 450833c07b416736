// The behaviours of every page. Each file is one behaviour, attached by delegation, so it survives swaps.
import "./requests.js";
import "./toasts.js";
import "./dialogs.js";
import "./confirm.js";
import "./menus.js";
import "./keys.js";
import "./rows.js";
import "./order.js";
import "./drop.js";
import "./palette.js";
import "./drafts.js";
import "./combo.js";
import "./focus.js";
import "./times.js";
import "./theme.js";
import "./copy.js";
import "./forms.js";
import "./head.js";
import "./scroll.js";
import htmx from "htmx.org";

// htmx would start in a timer, after a person's first key or click on a busy machine; doing it twice is harmless.
htmx.initialize();
