// The search page: what stands in the form and in the address is one state; every change of it asks
// the API and shows the answer. Text goes into the page as text; only the `*_html` parts of an answer,
// which the server has escaped, go in as HTML.
"use strict";

const WORDS = {
  zh: {
    title: "案例检索", label: "要找什么", placeholder: "输入关键词，比如：冒充客服", grain: "找什么", posts: "文章", cases: "案例",
    sort: "排序", relevance: "最相关", newest: "最新", oldest: "最早", dates: "日期", from: "从", to: "到", more: "更多",
    retry: "再试一次", other: "English", latest: (n) => `共 ${n} 篇，最新的在前`, latestCases: (n) => `共 ${n} 个案例，最新的在前`,
    found: (n, ms) => `${n} 篇 · ${ms} 毫秒`, foundCases: (n, ms) => `${n} 个案例 · ${ms} 毫秒`,
    nothing: "没有找到", advice: "换个说法，或者去掉几个条件试试。", bare: "这里还没有文章", soon: "放进文件夹的文章很快就会出现在这里。",
    unreachable: "连不上服务器。", busy: "现在搜索的人太多，请稍等片刻。", failed: "出了点问题：",
    stale: "文件有误，这是上一个版本", remove: (name) => `去掉 ${name}`, holds: (p, c) => `${p} 篇文章，${c} 个案例`,
    building: "正在读取文章，结果可能还不全。", tag: "标签", author: "作者", category: "分类",
    notes: {
      "shortened": "文字太长，只用了前 500 个字。", "relaxed": "没有同时包含全部词语的结果，以下包含其中一部分。",
      "unbalanced-quote": "引号不成对，按普通文字处理。", "nothing-to-search": "没有可以搜索的文字。",
    },
  },
  en: {
    title: "Case search", label: "What to look for", placeholder: "Type a few words", grain: "Look for", posts: "Posts", cases: "Cases",
    sort: "Order", relevance: "Best match", newest: "Newest", oldest: "Oldest", dates: "Dates", from: "From", to: "To", more: "More",
    retry: "Try again", other: "中文", latest: (n) => `${n} post${n === 1 ? "" : "s"}, newest first`,
    latestCases: (n) => `${n} case${n === 1 ? "" : "s"}, newest first`,
    found: (n, ms) => `${n} post${n === 1 ? "" : "s"} in ${ms} ms`, foundCases: (n, ms) => `${n} case${n === 1 ? "" : "s"} in ${ms} ms`,
    nothing: "Nothing found", advice: "Try other words, or fewer conditions.", bare: "There are no posts yet",
    soon: "Posts that are put into the folder appear here.",
    unreachable: "The server cannot be reached.", busy: "Too many people are searching; please wait a moment.", failed: "Something went wrong: ",
    stale: "the file is broken, this is its last version", remove: (name) => `Remove ${name}`,
    holds: (p, c) => `${p} post${p === 1 ? "" : "s"}, ${c} case${c === 1 ? "" : "s"}`,
    building: "Posts are still being read; results may be incomplete.", tag: "tag", author: "author", category: "category",
    notes: {},
  },
};

const PAGE = 10;
const DEEPEST = 10000;
const PAUSE = 110;
const NAMES = ["tag", "author", "category"];
const $ = (id) => document.getElementById(id);
const form = $("form"), box = $("q"), list = $("hits");

let language = chosenLanguage();
/** What is asked: `{q, in, sort, from, to, tag: [], author: [], category: []}`. */
let state = stateOf(location.search);
/** The answer shown, with the hits of all its pages. */
let shown = null;
let running = null;
let timer = 0;
let status = null;
/** Whether the last entry of the history is still being typed. */
let typing = false;

function word(key) {
  return WORDS[language][key] ?? WORDS.en[key];
}

function chosenLanguage() {
  let kept = null;
  try { kept = localStorage.getItem("language"); } catch { /* Private windows may forbid it. */ }
  if (kept === "zh" || kept === "en") return kept;
  return (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
}

function stateOf(query) {
  const given = new URLSearchParams(query);
  const one = (name, among) => {
    const value = given.get(name) ?? "";
    return among && !among.includes(value) ? among[0] : value;
  };
  const day = (name) => (/^\d{4}-\d{2}-\d{2}$/.test(one(name)) ? one(name) : "");
  const state = {
    q: one("q"), in: one("in", ["posts", "cases"]), sort: one("sort", ["relevance", "newest", "oldest"]),
    from: day("from"), to: day("to"),
  };
  for (const name of NAMES) state[name] = [...new Set(given.getAll(name).filter((value) => value.trim()))];
  return state;
}

function queryOf(state) {
  const query = new URLSearchParams();
  if (state.q) query.set("q", state.q);
  if (state.in !== "posts") query.set("in", state.in);
  if (state.sort !== "relevance") query.set("sort", state.sort);
  for (const name of ["from", "to"]) if (state[name]) query.set(name, state[name]);
  for (const name of NAMES) for (const value of state[name]) query.append(name, value);
  return query;
}

/** Makes an element; `children` are elements or text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Fills an element with a part of an answer that the server has escaped. */
function fill(element, html) {
  element.innerHTML = html;
  return element;
}

/** Makes a link, or plain text where the address is none that a page may lead to. */
function link(url, html) {
  let safe = false;
  try { safe = ["http:", "https:"].includes(new URL(url, location.href).protocol); } catch { /* Not an address. */ }
  return fill(safe ? make("a", { href: url }) : make("span"), html);
}

/** Takes over what stands in the form; `typed` says that more may follow. */
function change(changes, typed = false) {
  const next = { ...state, ...changes };
  const query = queryOf(next).toString();
  if (query === queryOf(state).toString()) return;
  state = next;
  const address = query ? `?${query}` : location.pathname;
  if (typed && typing) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  typing = typed;
  show();
  clearTimeout(timer);
  timer = setTimeout(ask, typed ? PAUSE : 0);
}

/** Asks for the first hits, or for those after the ones shown. */
async function ask(further = false) {
  running?.abort();
  const mine = running = new AbortController();
  const offset = further && shown ? shown.hits.length : 0;
  const query = queryOf(state);
  query.set("limit", String(Math.min(PAGE, DEEPEST - offset)));
  if (offset) query.set("offset", String(offset));
  const late = setTimeout(() => document.body.classList.add("busy"), 200);
  try {
    const response = await fetch(`api/search?${query}`, { signal: mine.signal });
    const answer = await response.json().catch(() => ({}));
    if (mine !== running) return;
    if (!response.ok) {
      const busy = answer.code === "overloaded";
      return fail(busy ? word("busy") : word("failed") + (answer.message ?? response.status), further);
    }
    if (further && shown) answer.hits = [...shown.hits, ...answer.hits];
    shown = answer;
    $("trouble").hidden = true;
    render(offset);
  } catch (error) {
    if (error.name !== "AbortError" && mine === running) fail(word("unreachable"), further);
  } finally {
    clearTimeout(late);
    if (mine === running) document.body.classList.remove("busy");
  }
}

function fail(words, further) {
  $("trouble").firstElementChild.textContent = words;
  $("trouble").hidden = false;
  if (further) return;
  shown = null;
  list.replaceChildren();
  $("notes").replaceChildren();
  $("count").textContent = "";
  $("empty").hidden = $("more").hidden = true;
}

/** Shows the answer; hits before `from` are there already. */
function render(from = 0) {
  if (!shown) return;
  const cases = state.in === "cases";
  const ms = Math.max(1, Math.round(shown.took_us / 1000));
  const blank = !state.q.trim();
  const key = blank && state.sort !== "oldest" ? (cases ? "latestCases" : "latest") : cases ? "foundCases" : "found";
  $("count").textContent = shown.total ? word(key)(shown.total, ms) : "";
  $("notes").replaceChildren(...shown.notes.map((note) => make("li", {}, word("notes")[note.code] ?? note.message)));
  const items = shown.hits.slice(from).map(hitItem);
  if (from) list.append(...items);
  else list.replaceChildren(...items);
  if (from) items[0]?.querySelector("a")?.focus();
  $("more").hidden = shown.hits.length >= Math.min(shown.total, DEEPEST);
  const bare = !queryOf({ ...state, in: "posts", sort: "relevance" }).toString();
  $("empty").hidden = shown.total > 0;
  $("empty").firstElementChild.textContent = word(bare ? "bare" : "nothing");
  $("empty").lastElementChild.textContent = word(bare ? "soon" : "advice");
  // Said to those who listen; the others see it larger.
  $("count").classList.toggle("hidden", !shown.total);
  if (!shown.total) $("count").textContent = word(bare ? "bare" : "nothing");
}

function hitItem(hit) {
  const title = make("h2", {}, link(hit.url, hit.case ? hit.case.heading_html : hit.title_html));
  const meta = make("p", { class: "meta" });
  const add = (...content) => meta.append(make("span", {}, ...content));
  if (hit.date) add(make("time", { datetime: hit.date }, hit.date.slice(0, 10)));
  if (hit.author) add(hit.author);
  if (hit.case && hit.case.heading !== hit.title) {
    meta.append(fill(make("span"), hit.title_html));
  }
  if (hit.stale) meta.append(make("span", { class: "stale" }, word("stale")));
  const item = make("li", { class: "hit" }, title, meta);
  if (hit.snippet_html) item.append(fill(make("p"), hit.snippet_html));
  // A post often begins with its title once more.
  const parts = hit.sections.filter((section) => section.snippet_html || section.heading !== hit.title);
  if (parts.length) {
    const sections = parts.map((section) => {
      const line = make("li", {}, make("b", {}, link(section.url, section.heading_html)));
      if (section.snippet_html && section.snippet_html !== hit.snippet_html) {
        line.append(fill(make("p"), section.snippet_html));
      }
      return line;
    });
    item.append(make("ul", { class: "sections" }, ...sections));
  }
  const chips = [["category", hit.categories], ["tag", hit.tags]].flatMap(([name, values]) =>
    values.map((value) => make("li", {}, chip(name, value, name === "tag" ? `# ${value}` : value))));
  if (chips.length) item.append(make("ul", { class: "chips" }, ...chips));
  return item;
}

/** A button that adds a filter. */
function chip(name, value, text) {
  const button = make("button", { type: "button", title: `${word(name)}: ${value}` }, text);
  button.addEventListener("click", () => {
    change({ [name]: [...new Set([...state[name], value])] });
    box.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
  return button;
}

/** Shows the state in the form, in the language chosen. */
function show() {
  if (box.value !== state.q) box.value = state.q;
  form.elements.in.value = state.in;
  for (const name of ["sort", "from", "to"]) $(name).value = state[name];
  if (state.from || state.to) $("dates").open = true;
  $("filters").replaceChildren(...NAMES.flatMap((name) => state[name].map((value) => {
    const text = `${word(name)}: ${value}`;
    const button = make("button", { type: "button", "aria-label": word("remove")(text) }, `${text} ×`);
    button.addEventListener("click", () => change({ [name]: state[name].filter((each) => each !== value) }));
    return make("li", {}, button);
  })));
  document.title = state.q ? `${state.q} · ${word("title")}` : word("title");
}

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  box.placeholder = word("placeholder");
  $("language").textContent = word("other");
  $("language").lang = language === "zh" ? "en" : "zh-CN";
  if (status) {
    const holds = word("holds")(status.posts, status.cases);
    $("state").textContent = status.ready ? holds : `${holds} · ${word("building")}`;
  }
  show();
  render();
}

async function look() {
  try {
    const response = await fetch("api/status");
    if (response.ok) status = await response.json();
  } catch { /* The search will tell. */ }
  if (status) speak();
}

/** Moves from hit to hit; before the first stands the box. */
function move(step) {
  const stops = [box, ...list.querySelectorAll("h2 a")];
  const at = stops.findIndex((stop) => stop === document.activeElement || (stop !== box
    && stop.closest(".hit").contains(document.activeElement)));
  const next = stops[Math.max(0, Math.min(stops.length - 1, at + step))];
  next.focus();
  next.scrollIntoView({ block: next === box ? "center" : "nearest" });
}

box.addEventListener("input", (event) => {
  // While characters are being composed, the box holds keystrokes and not yet the text.
  if (!event.isComposing) change({ q: box.value }, true);
});
box.addEventListener("compositionend", () => change({ q: box.value }, true));
form.addEventListener("change", (event) => {
  if (event.target === box) {
    // Left or confirmed: what is typed next is another search.
    typing = false;
    return;
  }
  change({ in: form.elements.in.value, sort: $("sort").value, from: $("from").value, to: $("to").value });
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  change({ q: box.value }, true);
  typing = false;
  clearTimeout(timer);
  ask();
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = event.target.closest?.("input:not([type=radio]), select, textarea");
  if (event.key === "/" && !inField) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (event.target !== box && !list.contains(event.target)) return;
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && list.contains(event.target)) {
    box.focus();
  }
});
addEventListener("popstate", () => {
  state = stateOf(location.search);
  typing = false;
  clearTimeout(timer);
  show();
  ask();
});
$("home").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  change(stateOf(""));
  box.focus();
});
$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  try { localStorage.setItem("language", language); } catch { /* It is asked again next time. */ }
  speak();
});
$("more").addEventListener("click", () => ask(true));
$("trouble").lastElementChild.addEventListener("click", () => ask(shown !== null));

speak();
ask();
look();
