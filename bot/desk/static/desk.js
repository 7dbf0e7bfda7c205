// 各页共用：脚本提交带上那串字，登录过期转去登录，要紧的先问一句，不重复提交。

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

/** 提交一个改动，返回 Response；登录过期就转去登录，不成的抛出那句话。 */
export async function post(path, fields = {}) {
  const given = { method: "POST", headers: { "x-csrf": csrf }, body: new URLSearchParams(fields) };
  return checked(await reached(path, given, "网断了，没有发出去，字还在；再点一次就再发。"));
}

/** 取一页或一段；登录过期就转去登录，不成的抛出那句话。 */
export async function get(path) {
  return checked(await reached(path, { headers: { "x-csrf": csrf } }, "网断了，看到的可能不是最新的；通了会自己接上。"));
}

/** 等一分钟没有回音，也算网断了；浏览器自己的话是外文，换成 `says`。 */
async function reached(path, given, says) {
  try {
    return await fetch(path, { ...given, signal: AbortSignal.timeout?.(60e3) });
  } catch {
    throw new Error(says);
  }
}

async function checked(answer) {
  if (answer.status === 401 || new URL(answer.url).pathname === "/desk/login") {
    location.assign(`/desk/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw Object.assign(new Error("登录过期了，转去登录；字还在。"), { status: 401 });
  }
  if (!answer.ok) throw Object.assign(new Error((await answer.text()).trim()), { status: answer.status });
  return answer;
}

// 这个文件会被载入两次（页面里带版本的一次，别的脚本导入的一次）：表单只管一次，免得第二次当作重复提交拦下
const root = document.documentElement;
if (!root.dataset.guarded) {
  root.dataset.guarded = "1";
  document.addEventListener("submit", guard);
}

function guard(event) {
  const form = event.target;
  const ask = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (form.dataset.sent || (ask && !confirm(ask))) {
    event.preventDefault();
  } else if (form.method === "post" && !event.defaultPrevented) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  }
}

// 从缓存里退回来的页，表单又能提交
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
