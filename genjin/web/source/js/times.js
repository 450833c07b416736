// "5 minutes ago" stays true. Counted from the business time that the page came with.
const loaded = performance.now();
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function now() {
  const start = Date.parse(document.body?.dataset.now ?? "");
  return (Number.isNaN(start) ? Date.now() - performance.now() + loaded : start) + performance.now() - loaded;
}

function refresh() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const seconds = (now() - Date.parse(element.dateTime)) / 1000;
    const unit = UNITS.find(([, size]) => seconds >= size);
    if (unit) element.textContent = words.format(-Math.floor(seconds / unit[1]), unit[0]);
  }
}

setInterval(refresh, 30000);
