// 谈话的页面：气泡、选项、推送、断线重发。别人写的字一律只当文字（textContent）。

const at = (id) => document.getElementById(id);
const log = at("log"), dots = at("dots"), note = at("note"), box = at("text"), form = at("form"), button = at("send");
const given = JSON.parse(at("given").textContent);
const turns = new Map(); // 消息 id → 它的回合在页面上的样子
const queue = read("waiting"); // 还没有答复的，按先后；断线、重新打开都不丢
let sending = false, wake = () => {}, stream = null, closing = 0;

function el(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

// —— 画 ——

function draw(turn, before = null) {
  const place = el("div", "turn");
  const drawn = { place, at: turn.at, said: turn.said, reply: null, state: null };
  turns.set(turn.id, drawn);
  place.drawn = drawn;
  if (turn.said) {
    const me = el("p", "me");
    me.append(el("span", "unseen", "我："), turn.said);
    place.append(me);
  }
  log.insertBefore(place, before);
  answer(drawn, turn);
  return drawn;
}

function answer(drawn, turn) {
  drawn.at = turn.at || drawn.at;
  if (!turn.reply || drawn.reply) return;
  drawn.reply = turn.reply;
  const { lines, options, first, taps, sources, files, several } = turn.reply;
  const bot = el("div", "bot"), bubble = el("div", "bubble");
  bubble.append(el("span", "unseen", "向导："));
  const after = lines.reduce((last, [kind], n) => (kind === "basis" || kind === "dated" ? n : last), -1);
  lines.forEach(([kind, line], n) => {
    const p = el("p", kind);
    const cut = kind === "then" ? line.indexOf("：") + 1 : 0;
    if (cut) p.append(el("b", "", line.slice(0, cut)));
    p.append(line.slice(cut));
    bubble.append(p);
    if (n === after && sources.length) bubble.append(original(sources));
  });
  if (files?.length) bubble.insertBefore(attached(files), bubble.querySelector(".basis"));
  bot.append(bubble);
  if (options.length && several) {
    bot.append(ticks(options, first));
  } else if (options.length) {
    const group = el("div", options.every(({ label }) => label.length < 8) ? "options short" : "options");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "选项");
    options.forEach(({ label, value }, n) => {
      const option = el("button", "option");
      option.type = "button";
      option.append(el("span", "", String(first + n)), label);
      option.addEventListener("click", () => say(label, value));
      group.append(option);
    });
    bot.append(group);
  }
  if (taps.length) {
    const group = el("div", "taps");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "可以这样回");
    for (const word of taps) {
      const tap = el("button", "", word);
      tap.type = "button";
      tap.addEventListener("click", () => say(word));
      group.append(tap);
    }
    bot.append(group);
  }
  drawn.place.append(bot);
}

// 可以一次答几项的：先勾，再提交；发出去的就是编号
function ticks(options, first) {
  const group = el("div", "ticks"), list = el("div", "options"), submit = el("button", "submit");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "可以勾几项");
  submit.type = "button";
  const picked = () => [...list.querySelectorAll(":checked")].map((tick) => tick.value);
  const count = () => {
    const n = picked().length;
    submit.disabled = !n;
    submit.textContent = n ? `提交 ${n} 项` : "提交";
  };
  options.forEach(({ label }, n) => {
    const option = el("label", "option"), tick = el("input");
    tick.type = "checkbox";
    tick.value = String(first + n);
    option.append(tick, el("span", "", tick.value), label);
    list.append(option);
  });
  list.addEventListener("change", count);
  submit.addEventListener("click", () => {
    const text = picked().join("、");
    if (!queue.some((each) => each.text === text)) say(text);
  });
  count();
  group.append(list, submit);
  return group;
}

function attached(files) {
  const place = el("p", "files");
  for (const { label, href } of files) {
    const link = el("a", "", label);
    link.href = href;
    link.target = "_blank";
    link.rel = "noopener";
    place.append(link);
  }
  return place;
}

function original(sources) {
  const details = el("details"), summary = el("summary", "", "看原文");
  let asked = false;
  details.append(summary);
  details.addEventListener("toggle", async () => {
    if (!details.open || asked) return;
    asked = true;
    details.querySelectorAll(".clause").forEach((old) => old.remove());
    const cites = new URLSearchParams(sources.map(({ document: d, clause }) => ["cite", `${d}:${clause}`]));
    try {
      const got = await fetch(`web/clauses?${cites}`);
      if (!got.ok) throw new Error(got.status);
      const { clauses } = await got.json();
      for (const clause of clauses) {
        const part = el("div", "clause");
        part.append(el("b", "", `${clause.basis}（${clause.kind}）`), el("p", "", clause.text));
        if (clause.link) {
          const link = el("a", "", "文件出处");
          link.href = clause.link;
          link.target = "_blank";
          link.rel = "noopener noreferrer";
          part.append(link);
        }
        details.append(part);
      }
      if (!clauses.length) details.append(el("p", "clause", "这里没有存下这几条的文字。"));
    } catch {
      asked = false;
      details.append(el("p", "clause", "没有取到，收起来再点一次。"));
    }
  });
  return details;
}

function tell(drawn, text, bad = false, again = null) {
  if (!drawn) return;
  drawn.state?.remove();
  drawn.state = null;
  if (!text) return;
  drawn.state = el("p", bad ? "state bad" : "state", text);
  if (again) {
    const retry = el("button", "", "再发一次");
    retry.type = "button";
    retry.addEventListener("click", again);
    drawn.state.append(retry);
  }
  drawn.place.querySelector(".me")?.after(drawn.state);
}

// 哪个答复是最近的，哪个选项被选了，隔久了标上时刻
function refresh() {
  let last = null, before = null, time = "", spoken = false;
  for (const { drawn } of log.children) {
    drawn.place.classList.remove("last");
    const several = before?.place.querySelector(".ticks"), said = several ? drawn.said.split("、") : [drawn.said];
    for (const option of before?.place.querySelectorAll(".option") ?? []) {
      const chosen = [option.querySelector("span"), option.lastChild].some((part) => said.includes(part.textContent));
      option.classList.toggle("chosen", chosen);
      if (several) option.firstChild.checked = chosen;
      else if (chosen) option.setAttribute("aria-current", "true");
    }
    if (drawn.reply) last = before = drawn;
    spoken ||= drawn.said !== "";
    if (drawn.at && (!time || Date.parse(drawn.at) - Date.parse(time) > 30 * 60e3) && !drawn.place.querySelector(".time")) {
      drawn.place.prepend(el("time", "time", moment(drawn.at)));
    }
    time = drawn.at || time;
  }
  last?.place.classList.add("last");
  for (const tick of log.querySelectorAll(".ticks input")) tick.disabled = !last.place.contains(tick);
  box.placeholder = last?.reply.hint ?? "打字说贵厂生产什么";
  at("quick").hidden = !spoken;
  dots.hidden = !sending;
}

function moment(instant) {
  const [day, clock] = [instant.slice(0, 10), instant.slice(11, 16)];
  const [year, month, date] = day.split("-").map(Number);
  if (day === given.today) return `今天 ${clock}`;
  return `${String(year) === given.today.slice(0, 4) ? "" : `${year}年`}${month}月${date}日 ${clock}`;
}

function follow(place, smooth = true) {
  const room = innerHeight - document.querySelector("footer").offsetHeight - document.querySelector("header").offsetHeight - 48;
  const tall = place.offsetHeight > room;
  const behavior = smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "auto";
  if (tall) place.scrollIntoView({ block: "start", behavior });
  else scrollTo({ top: document.documentElement.scrollHeight, behavior });
}

// 服务器给的回合并进来：没有的插在该在的地方，有的补上答复
function merge(list) {
  const known = list.some(({ id }) => turns.has(id));
  let previous = null, newest = null;
  for (const turn of list) {
    let drawn = turns.get(turn.id);
    if (!drawn && !turn.said && !turn.reply) {
      done(turn.id, null);
      continue;
    }
    if (!drawn) {
      const before = previous ? previous.place.nextSibling : known ? log.firstChild : firstWaiting();
      newest = drawn = draw(turn, before);
    } else if (turn.reply && !drawn.reply) {
      answer(drawn, turn);
      newest = drawn;
    }
    if (turn.reply !== undefined) done(turn.id, drawn);
    previous = drawn;
  }
  refresh();
  if (newest) follow(newest.place);
}

function firstWaiting() {
  const waiting = queue.map(({ id }) => turns.get(id)?.place).filter(Boolean);
  return waiting[1] ?? null; // 第一条正在答，别的页面发来的排在它后面
}

// —— 发 ——

function say(text, value = "") {
  if (value && queue.some((each) => each.value === value)) return;
  push({ id: fresh(), text, value });
}

function push(message) {
  queue.push(message);
  keep();
  const drawn = message.event ? null : draw({ id: message.id, said: message.text, reply: null });
  pump();
  if (drawn) follow(drawn.place);
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function done(id, drawn) {
  const n = queue.findIndex((each) => each.id === id);
  if (n >= 0) queue.splice(n, 1);
  keep();
  tell(drawn, drawn?.reply || !drawn?.said ? "" : "已送达");
}

async function pump() {
  if (sending) return;
  sending = true;
  refresh();
  let wait = 1;
  while (queue.length) {
    const message = queue[0];
    const drawn = turns.get(message.id);
    const result = await post(message);
    if (result.turn) {
      note.textContent = "";
      wait = 1;
      merge([result.turn]);
      done(message.id, turns.get(message.id));
      if (message.id === "hello" && !result.turn.reply) push({ id: fresh(), event: "scan", value: message.value }); // 删过信息：再问一次好
      if (!performance.getEntriesByName("answered").length) performance.mark("answered");
    } else if (result.refused) {
      done(message.id, null);
      tell(drawn, result.refused, true);
      if (!drawn) note.textContent = result.refused;
    } else if (queue.includes(message)) {
      dots.hidden = true;
      note.textContent = result.line;
      tell(drawn, "还没有发出");
      await pause(result.wait || wait);
      wait = Math.min(wait * 2, 30);
      dots.hidden = false;
    }
  }
  sending = false;
  refresh();
}

async function post(message) {
  const abort = new AbortController(), timer = setTimeout(() => abort.abort(), 15e3);
  try {
    const got = await fetch("web/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
      signal: abort.signal,
    });
    if (got.ok) return { turn: await got.json() };
    const line = (await got.json().catch(() => ({}))).error;
    if (got.status === 429) return { line: `${line} 写好的会接着发。`, wait: Number(got.headers.get("retry-after")) || 5 };
    if (got.status >= 400 && got.status < 500) return { refused: line || "这句没有发出去。" };
    return { line: "服务暂时没有回应，写好的会自动再发。" };
  } catch {
    return { line: navigator.onLine ? "没有连上，写好的会自动再发。" : "没有网络，写好的会在连上以后发出。" };
  } finally {
    clearTimeout(timer);
  }
}

function pause(seconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    wake = () => { clearTimeout(timer); resolve(); };
  });
}

function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name)) ?? []; } catch { return []; }
}

function keep() {
  try { sessionStorage.setItem("waiting", JSON.stringify(queue)); } catch { /* 存不下就只在内存里 */ }
}

// —— 推送与补读 ——

function listen() {
  if (stream || document.hidden) return;
  stream = new EventSource("web/events");
  stream.onopen = catchUp;
  stream.onmessage = (event) => merge([JSON.parse(event.data)]);
  stream.onerror = () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    setTimeout(listen, 10e3);
  };
}

async function catchUp() {
  try {
    const got = await fetch("web/turns");
    if (got.ok) merge((await got.json()).turns);
  } catch { /* 下一次连上再补 */ }
}

// —— 开始 ——

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  grow();
  say(text);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});
box.addEventListener("input", grow);
function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}
at("quick").addEventListener("click", ({ target }) => target.dataset.say && say(target.dataset.say));
addEventListener("online", () => { note.textContent = ""; wake(); });
addEventListener("offline", () => { note.textContent = "没有网络，写好的会在连上以后发出。"; });
document.addEventListener("visibilitychange", () => {
  clearTimeout(closing);
  if (!document.hidden) stream ? catchUp() : listen();
  else closing = setTimeout(() => { stream?.close(); stream = null; }, 60e3); // 看不见就不占着连接
});

addEventListener("pageshow", ({ persisted }) => persisted && catchUp());

at("opening").remove();
for (const turn of given.turns) draw(turn);
for (const turn of given.turns) done(turn.id, turns.get(turn.id));
for (const message of queue) {
  if (!message.event && !turns.has(message.id)) draw({ id: message.id, said: message.text, reply: null });
}
refresh();
if (log.lastChild) follow(log.lastChild, false);
log.removeAttribute("aria-busy");
button.disabled = false;
if (given.turns.length || queue.length) {
  if (queue.length) pump();
} else {
  const district = new URLSearchParams(location.search).get("district");
  push({ id: "hello", event: "subscribe", value: district ? `district:${district}` : "" });
}
listen();
