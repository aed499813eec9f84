// The search page. The form and the address show the same state. Every change of the state sends a request to the
// API and shows the answer: hits, or the post named by the address. Text is inserted as text; only the `*_html` parts
// of an answer, which the server has escaped, are inserted as HTML.
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
    literal: "原样搜索", corrected: (from, texts) => `没有“${from}”，以下是${texts.map((text) => `“${text}”`).join("、")}的结果`,
    insist: (text) => `仍要搜索“${text}”`, meant: "你是不是要找：",
    matches: {
      variant: "写法不同", synonym: "同义", pinyin: "拼音", initials: "拼音首字母", homophone: "谐音", typo: "一字之差", partial: "部分词语",
    },
    offers: "可能要找的", kinds: { title: "文章", tag: "标签", heading: "小标题" }, inPosts: (n) => `${n} 篇`,
    back: "← 返回结果", all: "← 全部文章", gone: "没有这篇文章，也许已经删除或改名。", source: "查看原网页", similar: "相似的文章",
    notes: {
      "shortened": "文字太长，只用了前 500 个字。", "relaxed": "没有同时包含全部词语的结果，以下包含其中一部分。",
      "unbalanced-quote": "引号不成对，按普通文字处理。", "nothing-to-search": "没有可以搜索的文字。",
      "little-said": "没有哪篇包含全部词语，也没有哪篇包含其中足够的部分。",
      "indexing": "还在建立索引，以下结果只出自已经收录的文章。",
      "cut-short": "这次查找用时太久，以下是到此为止找到的。",
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
    literal: "as it stands", corrected: (from, texts) => `Nothing has “${from}”; these have ${texts.map((text) => `“${text}”`).join(" or ")}`,
    insist: (text) => `Search for “${text}” all the same`, meant: "Did you mean: ",
    matches: {
      variant: "other form", synonym: "same meaning", pinyin: "pinyin", initials: "pinyin initials", homophone: "sounds alike",
      typo: "one character off", partial: "some of the words",
    },
    offers: "Suggestions", kinds: { title: "post", tag: "tag", heading: "heading" }, inPosts: (n) => `${n} post${n === 1 ? "" : "s"}`,
    back: "← Back to the results", all: "← All posts", gone: "There is no such post; it may have been deleted or renamed.",
    source: "See the page of the site", similar: "Similar posts",
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
/**
 * The state: `{q, literal, in, sort, from, to, tag: [], author: [], category: [], post}`. `literal` turns corrections off
 * for the present text only, and `post` is the id of the post shown.
 */
let state = stateOf(location.search);
/** The answer shown, with the hits of all loaded pages. */
let shown = null;
/** The query that `shown` answers. */
let answered = null;
/** The post shown, and the scroll position of the hits when the post was opened. */
let opened = null, left = 0;
let running = null;
let timer = 0;
let status = null;
/** Whether the text of the last entry of the history is still being typed. */
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
    from: day("from"), to: day("to"), post: one("post"), literal: one("literal") === "true" && one("q") !== "",
  };
  for (const name of NAMES) state[name] = [...new Set(given.getAll(name).filter((value) => value.trim()))];
  return state;
}

/** Returns the query part of a request for hits. */
function queryOf(state) {
  const query = new URLSearchParams();
  if (state.q) query.set("q", state.q);
  if (state.q && state.literal) query.set("literal", "true");
  if (state.in !== "posts") query.set("in", state.in);
  if (state.sort !== "relevance") query.set("sort", state.sort);
  for (const name of ["from", "to"]) if (state[name]) query.set(name, state[name]);
  for (const name of NAMES) for (const value of state[name]) query.append(name, value);
  return query;
}

/** Returns the address of the page for a state and a place in the post shown. */
function addressOf(state, place = "") {
  const query = queryOf(state);
  if (state.post) query.set("post", state.post);
  const text = query.toString();
  return (text ? `?${text}` : location.pathname) + (place ? `#${encodeURIComponent(place)}` : "");
}

/** Returns the place named by the address. */
function placeAsked() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
}

/** Returns the id of a section on the page, since not every heading has an anchor. */
function placeOf(section) {
  return section.anchor || `line-${section.line}`;
}

/** Makes an element; `children` are elements or text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Fills an element with HTML of an answer, which the server has escaped. */
function fill(element, html) {
  element.innerHTML = html;
  return element;
}

/** Makes a link, or plain text if a page must not link to the address. */
function link(url, html) {
  let safe = false;
  try { safe = ["http:", "https:"].includes(new URL(url, location.href).protocol); } catch { /* Not an address. */ }
  return fill(safe ? make("a", { href: url }) : make("span"), html);
}

/** Whether an address is absolute; the addresses of hits are not without `base_url`. */
function leadsOut(url) {
  return /^(https?:)?\/\//i.test(url);
}

/** Makes a link to a hit or to a place in the hit: on the site if its address is known, else on this page. */
function hitLink(hit, url, place, html) {
  if (leadsOut(url)) return link(url, html);
  return fill(make("a", { href: addressOf({ ...state, post: hit.id }, place), class: "here" }), html);
}

/** Sets the state from the form and shows hits; `typed` says that the user may still be typing. */
function change(changes, typed = false) {
  const next = { ...state, post: "", ...changes };
  if (next.q !== state.q && !changes.literal) next.literal = false;
  const address = addressOf(next);
  if (address === addressOf(state)) return;
  state = next;
  if (typed && typing) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  typing = typed;
  show();
  clearTimeout(timer);
  timer = setTimeout(ask, typed ? PAUSE : 0);
}

/** Requests the first hits, or the hits after those shown. */
async function ask(further = false) {
  const offset = further && shown ? shown.hits.length : 0;
  const query = queryOf(state);
  const asked = query.toString();
  query.set("limit", String(Math.min(PAGE, DEEPEST - offset)));
  if (offset) query.set("offset", String(offset));
  const clear = () => {
    if (further) return;
    shown = answered = null;
    list.replaceChildren();
    $("notes").replaceChildren();
    $("count").textContent = "";
    $("empty").hidden = $("more").hidden = true;
  };
  await load(`api/search?${query}`, clear, (answer) => {
    if (further && shown) answer.hits = [...shown.hits, ...answer.hits];
    shown = answer;
    answered = asked;
    render(offset);
  });
}

/** Requests the post named by the address. */
async function read() {
  const id = state.post;
  const clear = () => {
    opened = null;
    renderPost();
  };
  if (opened?.id !== id) clear();
  const address = `api/posts/${id.split("/").map(encodeURIComponent).join("/")}`;
  const query = new URLSearchParams(state.q ? { q: state.q, ...(state.literal && { literal: "true" }) } : {});
  await load(address, clear, async (post, signal) => {
    // What the page can do without: the text as its author set it, and the posts that are like it.
    const get = (of) => fetch(`${address}/${of}`, { signal })
      .then((response) => (response.ok ? response.json() : {}), () => ({}));
    const [{ html = null, matches = [] }, { hits = [] }] = await Promise.all([get(`html?${query}`), get("similar?limit=5")]);
    if (state.post !== id || signal.aborted) return;
    opened = { ...post, html, matches, similar: hits };
    renderPost();
    show();
    const place = placeAsked();
    const block = place && blockAt(post, place);
    (block || $("post").querySelector("h1")).focus({ preventScroll: true });
    if (block) {
      block.classList.add("chosen");
      block.scrollIntoView({ block: "start" });
    } else scrollTo({ top: 0 });
  });
}

/** Returns the block of the opened post at a place: an anchor, or a line of its file. */
function blockAt(post, place) {
  const section = [...post.sections, ...post.cases].find((each) => each.anchor === place);
  const line = section?.line ?? Number(/^line-(\d+)$/.exec(place)?.[1]);
  const blocks = [...$("post").querySelectorAll("[data-line]")].filter((block) => Number(block.dataset.line) <= line);
  const block = blocks.pop();
  block?.setAttribute("tabindex", "-1");
  return block;
}

/** Sends a request and cancels the previous one. */
async function load(address, clear, use) {
  running?.abort();
  const mine = running = new AbortController();
  const fail = (words) => {
    $("trouble").firstElementChild.textContent = words;
    $("trouble").hidden = false;
    clear();
  };
  const late = setTimeout(() => document.body.classList.add("busy"), 200);
  try {
    const response = await fetch(address, { signal: mine.signal });
    const answer = await response.json().catch(() => ({}));
    if (mine !== running) return;
    if (!response.ok) {
      if (answer.code === "overloaded") return fail(word("busy"));
      if (state.post && answer.code === "not-found") return fail(word("gone"));
      return fail(word("failed") + (answer.message ?? response.status));
    }
    $("trouble").hidden = true;
    await use(answer, mine.signal);
  } catch (error) {
    if (error.name !== "AbortError" && mine === running) fail(word("unreachable"));
  } finally {
    clearTimeout(late);
    if (mine === running) document.body.classList.remove("busy");
  }
}

/** Shows the state; hits that are still on the page stay unchanged. */
function go() {
  show();
  if (state.post) return read();
  if (shown && answered === queryOf(state).toString()) {
    running?.abort();
    $("trouble").hidden = true;
    scrollTo({ top: left });
    return;
  }
  ask();
}

/** Shows the answer; hits before `from` are on the page already. */
function render(from = 0) {
  if (!shown) return;
  const cases = state.in === "cases";
  const ms = Math.max(1, Math.round(shown.took_us / 1000));
  const blank = !state.q.trim();
  const key = blank && state.sort !== "oldest" ? (cases ? "latestCases" : "latest") : cases ? "foundCases" : "found";
  $("count").textContent = shown.total ? word(key)(shown.total, ms) : "";
  $("notes").replaceChildren(...correctionItems(shown),
    ...shown.notes.map((note) => make("li", {}, word("notes")[note.code] ?? note.message)));
  const items = shown.hits.slice(from).map(hitItem);
  if (from) list.append(...items);
  else list.replaceChildren(...items);
  if (from) items[0]?.querySelector("a")?.focus();
  $("more").hidden = shown.hits.length >= Math.min(shown.total, DEEPEST);
  const bare = !queryOf({ ...state, in: "posts", sort: "relevance" }).toString();
  $("empty").hidden = shown.total > 0;
  $("empty").firstElementChild.textContent = word(bare ? "bare" : "nothing");
  $("empty").lastElementChild.textContent = word(bare ? "soon" : "advice");
  // For screen readers; the same text is shown larger elsewhere.
  $("count").classList.toggle("hidden", !shown.total);
  if (!shown.total) $("count").textContent = word(bare ? "bare" : "nothing");
}

/** Returns the correction with a link that searches for the typed text, or a link to the text that was perhaps meant. */
function correctionItems({ query, correction, did_you_mean: offered }) {
  const link = (q, literal, words) => make("a", { href: addressOf({ ...state, q, literal, post: "" }), class: "insist" }, words);
  if (offered) return [make("li", {}, word("meant"), link(offered.text, false, offered.text))];
  if (!correction) return [];
  const insist = link(query, true, word("insist")(query));
  const words = word("corrected")(correction.from, [correction.text, ...correction.also]);
  return [make("li", {}, words, " · ", insist)];
}

function hitItem(hit) {
  const title = make("h2", {}, hitLink(hit, hit.url, hit.case ? `line-${hit.case.line}` : "",
    hit.case ? hit.case.heading_html : hit.title_html));
  const meta = make("p", { class: "meta" });
  const add = (...content) => meta.append(make("span", {}, ...content));
  if (hit.date) add(make("time", { datetime: hit.date }, hit.date.slice(0, 10)));
  if (hit.author) add(hit.author);
  if (hit.case && hit.case.heading !== hit.title) {
    meta.append(fill(make("span"), hit.title_html));
  }
  if (hit.match !== "exact") meta.append(make("span", { class: "match" }, word("matches")[hit.match] ?? hit.match));
  if (hit.stale) meta.append(make("span", { class: "stale" }, word("stale")));
  const item = make("li", { class: "hit" }, title, meta);
  if (hit.snippet_html) item.append(fill(make("p"), hit.snippet_html));
  // A post often begins with its own title.
  const parts = hit.sections.filter((section) => section.snippet_html || section.heading !== hit.title);
  if (parts.length) {
    const sections = parts.map((section) => {
      const line = make("li", {}, make("b", {}, hitLink(hit, section.url, placeOf(section), section.heading_html)));
      if (section.snippet_html && !saysTheSame(section.snippet_html, hit.snippet_html)) {
        line.append(fill(make("p"), section.snippet_html));
      }
      return line;
    });
    item.append(make("ul", { class: "sections" }, ...sections));
  }
  item.append(chipList(hit));
  return item;
}

/** Whether one snippet contains the other, apart from marks and ellipses. */
function saysTheSame(one, other) {
  const [a, b] = [one, other].map((html) =>
    fill(make("p"), html).textContent.replace(/^…|…$/g, "").replace(/\s+/g, ""));
  return a.includes(b) || b.includes(a);
}

/** Shows the opened post, or only the link back to the hits. */
function renderPost() {
  const hits = addressOf({ ...state, post: "" });
  const parts = [make("a", { class: "back", href: hits }, word(hits === location.pathname ? "all" : "back"))];
  if (opened) parts.push(...postParts(opened));
  $("post").replaceChildren(...parts);
}

function postParts(post) {
  const meta = make("p", { class: "meta" });
  if (post.date) meta.append(make("span", {}, make("time", { datetime: post.date }, post.date.slice(0, 10))));
  if (post.author) meta.append(make("span", {}, post.author));
  if (leadsOut(post.url)) meta.append(make("span", {}, make("a", { href: post.url }, word("source"))));
  const body = make("div", { class: "body" });
  if (post.html !== null) fill(body, post.html);
  else body.append(...plainParts(post));
  // A post often begins with its own title.
  const first = body.firstElementChild;
  if (first?.matches("h2") && first.textContent.trim() === post.title.trim()) first.remove();
  mark(body, post.matches);
  const parts = [make("h1", { tabindex: "-1" }, post.title), meta, chipList(post), body];
  if (post.similar.length) {
    const links = post.similar.map((hit) => make("li", {}, hitLink(hit, hit.url, "", hit.title_html),
      ...(hit.date ? [" ", make("time", { datetime: hit.date }, hit.date.slice(0, 10))] : [])));
    parts.push(make("section", { class: "similar" }, make("h2", {}, word("similar")), make("ul", {}, ...links)));
  }
  return parts;
}

/** Marks the pieces of an element's text that match the query. */
function mark(element, pieces) {
  if (!pieces.length) return;
  const escaped = [...pieces].sort((a, b) => b.length - a.length).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const any = new RegExp(`(${escaped.join("|")})`);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = text.data.split(any);
    if (parts.length < 2) continue;
    text.replaceWith(...parts.map((part, i) => (i % 2 ? make("mark", {}, part) : part)));
  }
}

/** The text of a post without its markup. */
function plainParts(post) {
  const parts = [];
  // The sections are the end of the text; the text before them has no heading.
  let lead = post.text.trimEnd();
  for (const { text } of [...post.sections].reverse()) {
    if (lead.endsWith(text.trimEnd())) lead = lead.slice(0, lead.length - text.trimEnd().length).trimEnd();
  }
  parts.push(...paragraphs(lead));
  for (const section of post.sections) {
    const level = Math.min(Math.max(section.level, 2), 6);
    const heading = make(`h${level}`, { "data-line": section.line, tabindex: "-1" }, section.heading);
    parts.push(heading, ...paragraphs(section.text));
  }
  return parts;
}

function paragraphs(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => make("p", {}, line));
}

function chipList(hit) {
  const chips = [["category", hit.categories], ["tag", hit.tags]].flatMap(([name, values]) =>
    values.map((value) => make("li", {}, chip(name, value, name === "tag" ? `# ${value}` : value))));
  return make("ul", { class: "chips" }, ...chips);
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

/** Shows the state in the form, in the chosen language. */
function show() {
  if (box.value !== state.q) box.value = state.q;
  form.elements.in.value = state.in;
  for (const name of ["sort", "from", "to"]) $(name).value = state[name];
  if (state.from || state.to) $("dates").open = true;
  const literal = make("button", { type: "button", "aria-label": word("remove")(word("literal")) }, `${word("literal")} ×`);
  literal.addEventListener("click", () => change({ literal: false }));
  $("filters").replaceChildren(...(state.literal ? [make("li", {}, literal)] : []), ...NAMES.flatMap((name) => state[name].map((value) => {
    const text = `${word(name)}: ${value}`;
    const button = make("button", { type: "button", "aria-label": word("remove")(text) }, `${text} ×`);
    button.addEventListener("click", () => change({ [name]: state[name].filter((each) => each !== value) }));
    return make("li", {}, button);
  })));
  document.body.classList.toggle("reading", Boolean(state.post));
  const about = state.post ? opened?.title : state.q;
  document.title = about ? `${about} · ${word("title")}` : word("title");
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
  if (state.post) renderPost();
}

async function look() {
  try {
    const response = await fetch("api/status");
    if (response.ok) status = await response.json();
  } catch { /* The search will tell. */ }
  if (status) speak();
}

/** Moves the focus from hit to hit; the search box comes before the first hit. */
function move(step) {
  const stops = [box, ...list.querySelectorAll("h2 a")];
  const at = stops.findIndex((stop) => stop === document.activeElement || (stop !== box
    && stop.closest(".hit").contains(document.activeElement)));
  const next = stops[Math.max(0, Math.min(stops.length - 1, at + step))];
  next.focus();
  next.scrollIntoView({ block: next === box ? "center" : "nearest" });
}

box.addEventListener("input", (event) => {
  // While characters are being composed, the box contains keystrokes instead of the text.
  if (!event.isComposing) change({ q: box.value }, true);
});
box.addEventListener("compositionend", () => change({ q: box.value }, true));
form.addEventListener("change", (event) => {
  if (event.target === box) {
    // The box was left or the text confirmed: further typing is another search.
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
  const was = state;
  state = stateOf(location.search);
  typing = false;
  clearTimeout(timer);
  if (state.post && !was.post) left = scrollY;
  go();
});
document.addEventListener("click", (event) => {
  const to = event.target.closest?.("a.here, a.back, a.insist");
  if (!to || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  // The link back is a step in the history if the hits are the previous entry.
  if (to.matches(".back") && history.state?.opened) return history.back();
  if (to.matches(".here")) left = scrollY;
  history.pushState(to.matches(".here") ? { opened: true } : null, "", to.href);
  state = stateOf(location.search);
  typing = false;
  clearTimeout(timer);
  go();
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
$("trouble").lastElementChild.addEventListener("click", () => (state.post ? read() : ask(shown !== null)));

/** The suggestions below the box; `chosen` is the index of the chosen one, or -1. */
const offers = $("offers");
let offered = [], chosen = -1, offering = null, offerTimer = 0;

/** Requests suggestions and cancels the previous request. */
function offer() {
  clearTimeout(offerTimer);
  offering?.abort();
  const typed = box.value;
  if (!typed.trim()) return closeOffers();
  const mine = offering = new AbortController();
  offerTimer = setTimeout(async () => {
    try {
      const response = await fetch(`api/suggest?${new URLSearchParams({ q: typed })}`, { signal: mine.signal });
      const answer = response.ok ? await response.json() : { suggestions: [] };
      if (mine === offering && document.activeElement === box) showOffers(answer.suggestions);
    } catch (error) {
      if (error.name !== "AbortError" && mine === offering) closeOffers();
    }
  }, 60);
}

function showOffers(suggestions) {
  offered = suggestions;
  offers.replaceChildren(...suggestions.map((suggestion, at) => {
    const about = [word("kinds")[suggestion.kind], suggestion.kind === "title" ? "" : word("inPosts")(suggestion.posts)];
    const item = make("li", { role: "option", id: `offer-${at}`, "aria-selected": "false" },
      fill(make("span"), suggestion.text_html), make("small", {}, about.filter(Boolean).join(" · ")));
    // The box keeps the focus.
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => takeOffer(at));
    return item;
  }));
  offers.setAttribute("aria-label", word("offers"));
  offers.hidden = !suggestions.length;
  box.setAttribute("aria-expanded", String(!offers.hidden));
  chooseOffer(-1);
}

function closeOffers() {
  clearTimeout(offerTimer);
  offering?.abort();
  offering = null;
  showOffers([]);
}

function chooseOffer(at) {
  chosen = at;
  [...offers.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
  if (at < 0) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", `offer-${at}`);
  offers.children[at].scrollIntoView({ block: "nearest" });
}

function takeOffer(at) {
  box.value = offered[at].text;
  closeOffers();
  change({ q: box.value });
}

box.addEventListener("input", (event) => { if (!event.isComposing) offer(); });
box.addEventListener("compositionend", offer);
box.addEventListener("blur", closeOffers);
form.addEventListener("submit", closeOffers);
box.addEventListener("keydown", (event) => {
  if (offers.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = offered.length - 1;
  if (event.key === "Escape") closeOffers();
  else if (event.key === "Enter" && chosen >= 0) takeOffer(chosen);
  else if (event.key === "ArrowDown" && chosen < last) chooseOffer(chosen + 1);
  else if (event.key === "ArrowUp" && chosen >= 0) chooseOffer(chosen - 1);
  else return event.key === "ArrowDown" && closeOffers();
  event.preventDefault();
  event.stopPropagation();
});

speak();
go();
look();
