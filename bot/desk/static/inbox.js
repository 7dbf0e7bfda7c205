// 收件箱：有变化就换掉那一列，不用刷新；新来等的，写一句、标题里数一数。

import { get } from "./desk.js";
import { ages, calmly, count, listen, typing } from "./live.js";

const rows = document.getElementById("rows"), notice = document.getElementById("notice");
let before = waitingNow();

function listing() {
  return rows.querySelector(".listing");
}

function waitingNow() {
  return Number(listing()?.dataset.waiting ?? 0);
}

const refresh = calmly(async () => {
  let html;
  try {
    html = await (await get(rows.dataset.path)).text();
  } catch {
    return;
  }
  const focused = document.activeElement?.closest?.("[data-case]")?.dataset.case;
  const made = new DOMParser().parseFromString(html, "text/html").querySelector(".listing");
  if (!made) return;
  rows.replaceChildren(document.adoptNode(made));
  if (focused) rows.querySelector(`[data-case="${focused}"] a`)?.focus({ preventScroll: true });
  for (const badge of document.querySelectorAll("[data-count]")) {
    const n = Number(made.dataset[badge.dataset.count] ?? 0);
    badge.textContent = String(n);
    badge.hidden = !n;
  }
  const now = waitingNow();
  count(now);
  if (now > before) {
    notice.textContent = `又有人等：现在 ${now} 个。`;
    notice.hidden = false;
  } else if (!now) {
    notice.hidden = true;
  }
  before = now;
});

count(before);
listen(refresh);
setInterval(() => listing() && ages(listing()), 15e3);

document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  const links = [...rows.querySelectorAll(".cases a")];
  const at = links.indexOf(document.activeElement);
  const step = { j: 1, k: -1 }[event.key];
  if (step && links.length) {
    links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
    event.preventDefault();
  } else if (event.key === "/") {
    document.getElementById("q").focus();
    event.preventDefault();
  }
});
