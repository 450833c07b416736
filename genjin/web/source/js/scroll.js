// What scrolls sideways can be reached by keyboard.
import { all, onContent } from "./page.js";

const reach = (element) => {
  if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
  else element.removeAttribute("tabindex");
};
const observer = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));

onContent((root) => all(root, ".steps, .scroll").forEach((element) => observer.observe(element)));
