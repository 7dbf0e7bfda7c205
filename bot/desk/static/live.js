// 开着的页面：哪些案子变了、等着几个，都从一条推送来；断了自己重连，登录过期就转去登录。

const title = document.title;

/** 开始听；`changed` 收到变了的案子编号和等着几个，隔一阵没有话也叫一次（空的）；`open` 是这一页开着的案子，没有了也知道。 */
export function listen(changed, open = "") {
  const stream = new EventSource(`/desk/events${open ? `?case=${open}` : ""}`);
  stream.addEventListener("message", (event) => {
    const { cases, waiting } = JSON.parse(event.data);
    count(waiting);
    changed(cases, waiting);
  });
  stream.addEventListener("beat", () => changed([]));
  stream.addEventListener("ended", () => {
    stream.close();
    location.reload();
  });
  let broken = false;
  stream.addEventListener("error", () => (broken = true));
  stream.addEventListener("open", () => {
    if (broken) changed([]);
    broken = false;
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

/** 标题里、导航的收件箱上写着等着几个。 */
export function count(waiting) {
  document.title = waiting ? `（${waiting} 个在等）${title}` : title;
  const link = document.querySelector('nav a[href="/desk/"]');
  if (!link) return;
  const badge = link.querySelector(".count") ?? link.appendChild(document.createElement("b"));
  badge.className = "count";
  badge.textContent = String(waiting);
  badge.hidden = !waiting;
}

/** 等了多久、几分钟前，照服务的钟往后数；一天以上的不动。`place` 上写着服务此刻几点。 */
export function ages(place) {
  clocks.set(place, clocks.get(place) ?? Date.parse(place.dataset.now) - Date.now());
  for (const each of place.querySelectorAll("[data-since]")) {
    const minutes = Math.floor((Date.now() + clocks.get(place) - Date.parse(each.dataset.since)) / 60e3);
    const long = minutes < 60 ? `${minutes} 分钟` : `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分钟`;
    if (minutes < 1 || minutes >= 1440) continue;
    each.textContent = "waiting" in each.dataset ? `等了 ${long}` : `${long}前`;
  }
}
const clocks = new WeakMap();

/** 一小段里叫许多次，只做一次。 */
export function calmly(work, milliseconds = 150) {
  let timer = 0, busy = false, again = false;
  return function run() {
    if (busy) {
      again = true;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(async () => {
      busy = true;
      try {
        await work();
      } finally {
        busy = false;
        if (again) {
          again = false;
          run();
        }
      }
    }, milliseconds);
  };
}

/** 正在打字、选东西的时候，单个键不当快捷键。 */
export function typing(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
}
