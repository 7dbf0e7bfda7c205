// 写到一半的表单：字留在这个标签页里，登录过期、网断了，回来接着写；办成了、退出了就丢掉。

const who = document.body.dataset.who;
const ours = `form:${who}:`;
const forms = who ? [...document.querySelectorAll('main form[method="post"]')].filter((form) => !form.closest(".case") && writable(form)) : [];

/** 有字可写的才留。 */
function writable(form) {
  return [...form.elements].some((each) => kept(each) && (each.localName === "textarea" || /^(text|search|url|tel|number|date)$/.test(each.type)));
}

function kept(each) {
  return each.name && !each.readOnly && /^(input|textarea|select)$/.test(each.localName) && !/^(hidden|password|file|submit)$/.test(each.type);
}

/** 哪一个表单：交到哪里，带着哪些编号。 */
function place(form) {
  const hidden = [...form.elements].filter((each) => each.type === "hidden" && each.name !== "csrf" && each.value.length < 100);
  return ours + JSON.stringify([form.getAttribute("action"), ...hidden.map((each) => [each.name, each.value])]);
}

function values(form, told) {
  return [...form.elements].filter(kept).map(told);
}

const now = (each) => (/^(checkbox|radio)$/.test(each.type) ? each.checked : each.value);

function first(each) {
  if (/^(checkbox|radio)$/.test(each.type)) return each.defaultChecked;
  if (each.localName !== "select") return each.defaultValue;
  return ([...each.options].find((option) => option.defaultSelected) ?? each.options[0])?.value ?? "";
}

function save(form) {
  const before = JSON.stringify(values(form, first)), said = values(form, now);
  if (JSON.stringify(said) === before) sessionStorage.removeItem(place(form));
  else sessionStorage.setItem(place(form), JSON.stringify({ before, said }));
}

function restore(form) {
  const held = JSON.parse(sessionStorage.getItem(place(form)) ?? "null");
  // 服务给的不一样了（换了一条，或者没有办成、填好了给回来的），照服务给的
  if (!held || held.before !== JSON.stringify(values(form, first)) || JSON.stringify(values(form, now)) !== held.before) return;
  [...form.elements].filter(kept).forEach((each, n) => {
    if (typeof held.said[n] === "boolean") each.checked = held.said[n];
    else each.value = held.said[n];
  });
  const told = document.createElement("p"), drop = document.createElement("button");
  told.className = "warn line";
  told.setAttribute("role", "status");
  told.textContent = "上次写到一半的字放回来了，还没有存。";
  drop.type = "button";
  drop.className = "plain";
  drop.textContent = "不要了";
  drop.addEventListener("click", () => {
    form.reset();
    save(form);
    told.remove();
  });
  told.append(drop);
  form.prepend(told);
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

/** 交出去的：看到下一页才知道办成了没有；没有办成、或是退回来的，留着。 */
function settle() {
  const failed = document.querySelector('[data-failed], main .bad[role="alert"]');
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const sent = sessionStorage.getItem("form-sent");
  sessionStorage.removeItem("form-sent");
  if (sent && !failed && !back) sessionStorage.removeItem(sent);
}

settle();
for (const form of forms) {
  restore(form);
  form.addEventListener("input", () => save(form));
}
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && forms.includes(event.target)) sessionStorage.setItem("form-sent", place(event.target));
});
document.querySelector('form[action="/desk/logout"]')?.addEventListener("submit", () => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("form:")) sessionStorage.removeItem(key);
});
