// 开着的页面：哪些案子变了、等着几个，都从一条推送来；断了自己重连，登录过期就转去登录。

const title = document.title;

/** 开始听；`changed` 收到变了的案子编号，隔一阵没有话也叫一次（空的）。 */
export function listen(changed) {
  const stream = new EventSource("/desk/events");
  stream.addEventListener("message", (event) => {
    const { cases, waiting } = JSON.parse(event.data);
    count(waiting);
    changed(cases);
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

/** 标题里写上等着几个。 */
export function count(waiting) {
  document.title = waiting ? `（${waiting} 个在等）${title}` : title;
}

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
