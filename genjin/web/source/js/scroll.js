// What scrolls sideways can be reached by keyboard.
import { all, onContent } from "./page.js";

const reach = (element) => {
  if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
  else element.removeAttribute("tabindex");
};
const observer = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));

onContent((root) => all(root, ".steps, .scroll").forEach((element) => observer.observe(element)));

// Where the side navigation is a strip, the page one is on comes into view.
onContent((root) =>
  all(root, ".side-nav [aria-current]").forEach((here) => {
    const strip = here.closest(".side-nav");
    if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 16;
  }),
);
