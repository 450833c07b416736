// Menus are popovers; this puts them beside their button and lets the arrows walk through.
const GAP = 4;
let opener = null;

document.addEventListener("click", (event) => (opener = event.target.closest("[popovertarget]") ?? opener), true);

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("[data-menu]")) return;
    menu.classList.toggle("placed", event.newState === "open" && place(menu));
    if (event.newState === "open") items(menu)[0]?.focus({ preventScroll: true });
  },
  true,
);

function place(menu) {
  if (opener?.getAttribute("popovertarget") !== menu.id) return false;
  const from = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = from.bottom + GAP + height <= innerHeight || from.top < innerHeight / 2;
  const left = from.left + width <= innerWidth - 8 ? from.left : Math.max(8, from.right - width);
  const top = below ? from.bottom + GAP : from.top - GAP - height;
  menu.style.left = `${Math.round(Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.round(Math.max(8, Math.min(top, innerHeight - height - 8)))}px`;
  return true;
}

const items = (menu) => [...menu.querySelectorAll("a[href], button:not(:disabled), input:not(:disabled)")].filter((item) => item.getClientRects().length);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const found = items(menu);
  const at = found.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + found.length, Home: 0, End: found.length - 1 }[event.key];
  found[next % found.length]?.focus();
});

document.addEventListener("click", (event) => {
  const menu = event.target.closest("[data-menu]");
  if (menu?.matches(":popover-open") && event.target.closest("a, button[type=button]")) menu.hidePopover();
});
