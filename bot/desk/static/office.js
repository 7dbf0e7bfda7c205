// 广播的一页：演习没有算完、还没有发完的，隔一会儿取一次进度，直到完了。

import { get } from "./desk.js";

const box = document.querySelector("#progress");

async function look() {
  const left = Number(box.querySelector("[data-left]")?.dataset.left ?? 0);
  if (!left) return;
  try {
    box.innerHTML = await (await get(box.dataset.path)).text();
  } catch {
    // 断了网，过一会儿再取
  }
  const now = box.querySelector("[data-left]");
  if (now?.dataset.reload && now.dataset.left === "0") location.reload();
  else if (left < 0 && now?.dataset.left !== "-1") location.reload();
  else setTimeout(look, document.hidden ? 10000 : 1500);
}

if (box) setTimeout(look, 800);
