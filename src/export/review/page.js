// The review page. Nothing is loaded; what was decided stays in this browser until it is saved as a file.
'use strict';
(() => {
const $ = id => document.getElementById(id);
const make = (tag, props, ...children) => {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props || {})) {
    if (v === undefined || v === null) continue;
    if (k in e && k !== 'list') e[k] = v; else e.setAttribute(k, v);
  }
  e.append(...children.filter(c => c !== null && c !== undefined));
  return e;
};
const clear = e => { e.textContent = ''; return e; };

// ---- data -----------------------------------------------------------------------------------------------------
const [NAME, ID, SCORE, CHECK, EDITS, DOUBTFUL, LOST, KIND, TITLE] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const rows = JSON.parse($('rows').textContent);
rows.pop();
const about = JSON.parse($('about').textContent);
const order = rows.map((_, i) => i).sort((a, b) => rows[b][SCORE] - rows[a][SCORE] || a - b);
const haystack = [];
const fold = s => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();
const words = i => haystack[i] ??= fold([rows[i][NAME], ...rows[i][TITLE]].join(' '));
const bare = name => name.replace(/(?<=[^/])\.[^./]*$/, '');
const href = path => path.split('/').map(encodeURIComponent).join('/');

async function body(i) {
  let e = $('d' + i);
  while (!e && document.readyState === 'loading') {
    await new Promise(done => setTimeout(done, 20));
    e = $('d' + i);
  }
  if (!e) return null;
  const packed = atob(e.textContent);
  const bytes = new Uint8Array(packed.length);
  for (let k = 0; k < packed.length; k++) bytes[k] = packed.charCodeAt(k);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

// ---- what was decided: one entry a document in the page's own storage ---------------------------------------------
const PREFIX = 'vanthu.decisions/1:';
const memory = new Map();
let keeps = true;
try { localStorage.setItem(PREFIX, '1'); localStorage.removeItem(PREFIX); } catch { keeps = false; }
const byId = new Map(rows.map((r, i) => [r[ID], i]));
if (keeps) {
  for (let k = 0; k < localStorage.length; k++) {
    const key = localStorage.key(k);
    if (!key.startsWith(PREFIX) || !byId.has(key.slice(PREFIX.length))) continue;
    try { memory.set(key.slice(PREFIX.length), JSON.parse(localStorage.getItem(key))); } catch { /* not ours */ }
  }
}
const kept = i => memory.get(rows[i][ID]);
function keep(i, state) {
  const id = rows[i][ID];
  if (Object.keys(state.d).length || state.done) memory.set(id, state); else memory.delete(id);
  if (!keeps) return;
  try {
    if (memory.has(id)) localStorage.setItem(PREFIX + id, JSON.stringify(state)); else localStorage.removeItem(PREFIX + id);
  } catch { keeps = false; say(t.full); }
}
const decidedCount = () => { let n = 0; for (const s of memory.values()) n += Object.keys(s.d).length; return n; };
const isDone = i => Boolean(kept(i)?.done);

function file() {
  const decisions = [];
  for (const i of order.slice().sort((a, b) => a - b)) {
    const state = kept(i);
    if (!state) continue;
    const all = Object.values(state.d);
    all.sort((a, b) => (a.span ? a.span[0] : -1) - (b.span ? b.span[0] : -1));
    for (const d of all) decisions.push({ file: rows[i][NAME], sha256: state.h, ...d });
  }
  return JSON.stringify({ schema: 'vanthu.decisions/1', version: about.version, decisions }, null, 1) + '\n';
}
function save() {
  const two = n => String(n).padStart(2, '0'), now = new Date();
  const stamp = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
  const url = URL.createObjectURL(new Blob([file()], { type: 'application/json' }));
  const a = make('a', { href: url, download: `vanthu-decisions-${stamp}.json` });
  document.body.append(a); a.click(); a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  say(t.saved(decidedCount()));
}

// ---- words ----------------------------------------------------------------------------------------------------
const percent = p => Math.floor(p * 100 + 1e-6) + ' %';
const WORDS = {
  vi: {
    title: 'Soát kết quả', save: 'Lưu quyết định', help: 'Trợ giúp', close: 'Đóng', documents: 'Danh sách văn bản',
    text: 'Văn bản', record: 'Các trường đã đọc', image: 'Ảnh trang', decision: 'Quyết định', skip: 'Tới phần quyết định',
    search: 'Tìm theo tên tệp, số, trích yếu…', which: 'Hiện những văn bản', keysOn: 'Dùng phím tắt một chữ',
    check: n => `Cần xem (${n})`, open: n => `Chưa xong (${n})`, all: n => `Tất cả (${n})`, failed: n => `Không làm được (${n})`,
    doubtful: n => `${n} chữ ngờ`, unreadable: 'không đọc được: ', clean: 'sạch', done: 'đã xong', edits: n => `${n} chỗ sửa`,
    progress: (d, n, k) => `${d} / ${n} văn bản đã xong · ${k} quyết định`, none: 'Không có văn bản nào.',
    notHere: 'Văn bản này không nằm trong trang (trang đã đủ lớn với những văn bản đáng ngờ hơn). Mở:', textFile: 'văn bản', recordFile: 'bản ghi',
    item: (k, n) => `Mục ${k} / ${n}`, line: n => `dòng ${n}`, sure: p => `chắc ${percent(p)}`, accept: 'Đúng', reject: 'Trả về như đã đọc', lost: 'Đúng là không đọc được', rejectField: 'Sai, không đọc được', correct: 'Sửa', undo: 'Bỏ quyết định',
    kinds: { diacritics: 'dấu', confusion: 'nhầm chữ', digit: 'số và chữ', split: 'tách từ', join: 'nối từ', case: 'hoa thường', boilerplate: 'câu mẫu', charset: 'bảng mã', doubtful: 'còn ngờ', reviewed: 'người đã soát' },
    statuses: { read: 'đọc được', repaired: 'đã sửa', inferred: 'suy ra', unreadable: 'không đọc được', absent: 'không có', note: '' },
    decided: { accept: 'đúng', reject: 'trả về', correct: 'đã sửa thành' },
    finished: 'Đã xong văn bản này.', nothing: 'Văn bản này không có gì phải quyết định.', next: 'Văn bản tiếp theo', allDone: 'Đã xong tất cả những văn bản cần xem. Hãy lưu quyết định.',
    needs: 'Cần xem', good: 'Đã đọc', lists: 'Nhiệm vụ, viện dẫn, liên hệ', part: n => `Văn bản thứ ${n} trong tệp`, sourceNone: 'Không rõ chỗ trong văn bản.',
    typed: 'Giá trị đúng', saved: n => `Đã lưu ${n} quyết định. Chạy: vanthu apply TỆP -o OUT`, full: 'Trình duyệt không giữ được quyết định: hãy lưu thành tệp trước khi đóng trang.', others: 'Cách đọc khác', old: 'Trình duyệt này quá cũ, không mở được văn bản nén.', failedName: 'Không làm được',
    record_kind: { dispatch: 'văn bản', attachment: 'phụ lục', article: 'bài viết', form: 'mẫu đơn', unknown: 'chưa rõ loại' },
    fields: { document_type: 'Loại', number: 'Số', symbol: 'Ký hiệu', date: 'Ngày', 'date.suspect': 'Ngày đáng ngờ vì', place: 'Nơi ban hành', subject: 'Trích yếu', issuers: 'Cơ quan ban hành', parent_agency: 'Cơ quan chủ quản', urgency: 'Độ khẩn', secrecy: 'Độ mật', circulation: 'Phạm vi lưu hành', recipients: 'Kính gửi', position: 'Chức vụ người ký', name: 'Người ký', signers: 'Người ký', copies: 'Nơi nhận', archive_line: 'Lưu', incoming_stamp: 'Dấu đến', tasks: 'Nhiệm vụ', references: 'Viện dẫn', events: 'Sự kiện', contacts: 'Liên hệ' },
    keys: [['J K  ↓ ↑', 'mục tiếp theo, mục trước'], ['Enter  A', 'đúng'], ['R', 'trả về như đã đọc; với trường: sai, không đọc được'], ['C', 'sửa: gõ giá trị đúng, Enter để nhận, Esc để thôi'], ['1 … 9', 'chọn cách đọc khác'], ['U', 'bỏ quyết định'], ['] [', 'mọi chỗ sửa, cả những chỗ chắc chắn'], ['N P', 'văn bản tiếp theo, văn bản trước'], ['O', 'hiện hoặc ẩn dòng như đã đọc'], ['/', 'tìm'], ['S', 'lưu quyết định thành tệp'], ['?', 'trợ giúp này']],
    legend: 'Cách đánh dấu chỗ sửa:', stays: 'Quyết định được giữ trong trình duyệt này. Lưu thành tệp rồi chạy: vanthu apply TỆP -o OUT',
  },
  en: {
    title: 'Review', save: 'Save decisions', help: 'Help', close: 'Close', documents: 'Documents',
    text: 'Text', record: 'Fields as read', image: 'Page image', decision: 'Decision', skip: 'To the decision',
    search: 'Search name, number, subject…', which: 'Show documents', keysOn: 'Single-letter shortcuts',
    check: n => `To check (${n})`, open: n => `Not finished (${n})`, all: n => `All (${n})`, failed: n => `Failed (${n})`,
    doubtful: n => `${n} doubtful`, unreadable: 'unreadable: ', clean: 'clean', done: 'finished', edits: n => `${n} changes`,
    progress: (d, n, k) => `${d} / ${n} documents finished · ${k} decisions`, none: 'No documents.',
    notHere: 'This document is not on the page (it is full of more doubtful ones). Open:', textFile: 'text', recordFile: 'record',
    item: (k, n) => `Item ${k} / ${n}`, line: n => `line ${n}`, sure: p => `${percent(p)} sure`, accept: 'Right', reject: 'Back as read', lost: 'Unreadable indeed', rejectField: 'Wrong, unreadable', correct: 'Correct', undo: 'Take back',
    kinds: { diacritics: 'diacritics', confusion: 'confusion', digit: 'digit', split: 'split', join: 'join', case: 'case', boilerplate: 'boilerplate', charset: 'charset', doubtful: 'doubtful', reviewed: 'reviewed' },
    statuses: { read: 'read', repaired: 'repaired', inferred: 'inferred', unreadable: 'unreadable', absent: 'absent', note: '' },
    decided: { accept: 'right', reject: 'back', correct: 'corrected to' },
    finished: 'This document is finished.', nothing: 'Nothing to decide in this document.', next: 'Next document', allDone: 'Every document that needed a look is finished. Save the decisions.',
    needs: 'Needs a look', good: 'Read', lists: 'Tasks, references, contacts', part: n => `Dispatch ${n} of the file`, sourceNone: 'No place in the text.',
    typed: 'The right value', saved: n => `${n} decisions saved. Run: vanthu apply FILE -o OUT`, full: 'This browser cannot keep decisions: save them as a file before closing the page.', others: 'Other readings', old: 'This browser is too old to open packed documents.', failedName: 'Failed',
    record_kind: { dispatch: 'dispatch', attachment: 'attachment', article: 'article', form: 'form', unknown: 'unknown kind' },
    fields: { document_type: 'Type', number: 'Number', symbol: 'Symbol', date: 'Date', 'date.suspect': 'Date is suspect', place: 'Place', subject: 'Subject', issuers: 'Issuer', parent_agency: 'Parent agency', urgency: 'Urgency', secrecy: 'Secrecy', circulation: 'Circulation', recipients: 'To', position: 'Signer’s position', name: 'Signer', signers: 'Signer', copies: 'Copy to', archive_line: 'Archive', incoming_stamp: 'Incoming stamp', tasks: 'Task', references: 'Reference', events: 'Event', contacts: 'Contact' },
    keys: [['J K  ↓ ↑', 'next item, previous item'], ['Enter  A', 'right'], ['R', 'back as read; for a field: wrong, unreadable'], ['C', 'correct: type the right value, Enter takes it, Esc leaves it'], ['1 … 9', 'take another reading'], ['U', 'take the decision back'], ['] [', 'all changes, the sure ones too'], ['N P', 'next document, previous document'], ['O', 'show or hide the lines as read'], ['/', 'search'], ['S', 'save the decisions as a file'], ['?', 'this help']],
    legend: 'How changes are marked:', stays: 'Decisions are kept in this browser. Save them as a file, then run: vanthu apply FILE -o OUT',
  },
};
const remembered = key => { try { return localStorage.getItem('vanthu.' + key); } catch { return null; } };
const remember = (key, value) => { try { localStorage.setItem('vanthu.' + key, value); } catch { /* not kept */ } };
let language = remembered('language') || (navigator.language.startsWith('vi') ? 'vi' : 'en');
let t = WORDS[language] || WORDS.en;
const label = path => {
  const parts = path.replace(/\[\d+\]/g, '').split('.');
  return t.fields[path] || t.fields[parts[parts.length - 1]] || t.fields[parts[0]] || path;
};
let said = '';
function say(message) { said = message || ''; progress(); }
function progress() {
  const toCheck = order.filter(i => rows[i][CHECK]);
  const done = toCheck.filter(isDone).length;
  $('progress').textContent = said || t.progress(done, toCheck.length, decidedCount());
}

// ---- the list: only the rows that can be seen exist -----------------------------------------------------------------
let shown = [], at = -1;
const list = $('list'), space = $('rows-space');
const height = () => 5 * parseFloat(getComputedStyle(document.documentElement).fontSize);
function choose() {
  const q = fold($('search').value.trim()), which = $('which').value;
  const wanted = { check: i => rows[i][CHECK], open: i => rows[i][CHECK] && !isDone(i), all: () => true, failed: () => false }[which];
  shown = order.filter(i => wanted(i) && (!q || words(i).includes(q)));
  at = shown.indexOf(now.i);
  list.scrollTop = 0;
  drawList();
}
function drawList() {
  clear(space);
  if ($('which').value === 'failed') {
    space.style.height = 'auto';
    for (const [name, reason] of about.failures) space.append(make('div', { className: 'row', style: 'position:static;height:auto', title: reason }, make('b', {}, name), make('div', { className: 'sub', style: 'white-space:normal' }, reason)));
    return;
  }
  const h = height(), first = Math.max(0, Math.floor(list.scrollTop / h) - 4);
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / h) + 4);
  space.style.height = shown.length ? shown.length * h + 'px' : 'auto';
  if (!shown.length) space.append(make('p', { style: 'padding:1rem' }, t.none));
  for (let k = first; k < last; k++) space.append(option(k, h));
  list.setAttribute('aria-activedescendant', at >= first && at < last ? 'r' + shown[at] : '');
}
function option(k, h) {
  const i = shown[k], r = rows[i];
  const marks = [];
  if (isDone(i)) marks.push(make('span', { className: 'chip good' }, '✓ ' + t.done));
  if (r[LOST]) marks.push(make('span', { className: 'chip lost' }, t.unreadable + r[LOST].split(' ').map(label).join(', ').toLowerCase()));
  if (r[DOUBTFUL]) marks.push(make('span', { className: 'chip doubt' }, t.doubtful(r[DOUBTFUL])));
  if (r[KIND] === 'unknown') marks.push(make('span', { className: 'chip lost' }, t.record_kind.unknown));
  if (!r[CHECK]) marks.push(make('span', { className: 'chip' }, t.clean));
  const [type, number, date, subject] = r[TITLE];
  const row = make('div', { id: 'r' + i, className: 'row', title: r[NAME] },
    make('b', {}, [type, number, date].filter(Boolean).join(' · ') || r[NAME]),
    make('div', { className: 'sub' }, subject || r[NAME]),
    make('div', { className: 'marks' }, ...marks));
  row.style.top = k * h + 'px';
  for (const [key, value] of [['role', 'option'], ['aria-selected', i === now.i], ['aria-setsize', shown.length], ['aria-posinset', k + 1]]) row.setAttribute(key, value);
  row.onclick = () => openAt(k);
  return row;
}
function openAt(k) {
  if (k < 0 || k >= shown.length) return;
  at = k;
  const h = height(), top = k * h;
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + h > list.scrollTop + list.clientHeight) list.scrollTop = top + h - list.clientHeight;
  open(shown[k]);
}
function nextDocument(step, unfinished) {
  let k = at < 0 ? (step > 0 ? 0 : shown.length - 1) : at + step;
  if (unfinished) {
    // From here to the end, then from the beginning.
    const open = [...shown.keys()].map(n => (Math.max(k, 0) + n) % shown.length).filter(n => rows[shown[n]][CHECK] && !isDone(shown[n]));
    k = open.length ? open[0] : -1;
  }
  if (k >= 0 && k < shown.length) { openAt(k); return true; }
  return false;
}

// ---- one document ---------------------------------------------------------------------------------------------
const now = { i: -1, doc: null, state: null, items: [], k: -1, lines: [], lit: [], field: null };
const OPEN = new Set(['doubtful']);

async function open(i) {
  now.i = i; now.doc = null; now.items = []; now.k = -1; now.lit = []; now.field = null; now.change = null;
  $('card').setAttribute('aria-busy', 'true');
  drawList();
  const r = rows[i];
  $('name').textContent = r[TITLE].slice(0, 3).filter(Boolean).join(' · ') || r[NAME];
  const stem = bare(r[NAME]);
  clear($('where')).append(r[NAME], ' · ', make('a', { href: href(stem + '.txt') }, t.textFile), ' · ', make('a', { href: href(stem + '.json') }, t.recordFile), ` · ${t.edits(r[EDITS])}, ${t.doubtful(r[DOUBTFUL])}`);
  let doc = null, trouble = null;
  try { doc = await body(i); } catch (e) { trouble = typeof DecompressionStream === 'undefined' ? t.old : String(e); }
  if (now.i !== i) return;
  $('card').setAttribute('aria-busy', 'false');
  clear($('lines')); clear($('fields')); clear($('card-body')); $('images').hidden = true;
  if (!doc) {
    $('lines').append(make('p', { style: 'padding:0 1.2rem' }, trouble || t.notHere, ' ', make('a', { href: href(stem + '.txt') }, t.textFile), ' · ', make('a', { href: href(stem + '.json') }, t.recordFile)));
    return;
  }
  now.doc = doc;
  now.state = kept(i) || { h: doc.h, d: {}, done: false };
  collect();
  drawText(); drawImages(doc.im); drawFields();
  const first = now.items.findIndex(x => !now.state.d[x.id]);
  if (now.items.length) select(Math.max(first, 0)); else { if (rows[i][CHECK]) finish(); drawCard(); }
  $('text').scrollTop = now.items.length ? $('text').scrollTop : 0;
}
// What is to be decided: fields that are lost or suspect first, then words in the order of the text.
function collect() {
  now.items = [];
  for (const sheet of now.doc.r) {
    const suspect = new Set(sheet.f.filter(f => f[0].endsWith('.suspect')).map(f => f[0].replace('.suspect', '')));
    for (const f of sheet.f) if (f[4] !== 'reviewed' && (f[2] === 'unreadable' || suspect.has(f[0]))) now.items.push(fieldItem(sheet, f));
  }
  now.doc.e.forEach((e, k) => { if (OPEN.has(e[6])) now.items.push(wordItem(e, k)); });
}
const fieldItem = (sheet, f) => ({ id: `f${sheet.i}:${f[0]}`, sheet, f });
const wordItem = (e, k) => ({ id: `w${e[2]}-${e[3]}`, e, k });
const slice = e => now.doc.t.slice(e[0], e[0] + e[1]);

function drawText() {
  const host = clear($('lines'));
  now.lines = [];
  let start = 0, first = 0;
  const text = now.doc.t, all = document.createDocumentFragment();
  for (let n = 1; start < text.length || n === 1; n++) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    while (first < now.doc.e.length && now.doc.e[first][0] + now.doc.e[first][1] < start) first++;
    const edits = [];
    for (let k = first; k < now.doc.e.length && now.doc.e[k][0] < Math.max(end, start + 1); k++) if (now.doc.e[k][0] >= start) edits.push(k);
    const line = { start, end, edits, n, box: make('div', { className: 'line' }) };
    now.lines.push(line); drawLine(line); all.append(line.box);
    start = end + 1;
  }
  host.append(all);
}
function drawLine(line) {
  const text = now.doc.t, p = make('p', {}), was = make('p', { className: 'was' });
  let from = line.start, changed = false;
  const plain = (to, host, lit) => {
    for (const [a, b] of lit ? now.lit : []) {
      const x = Math.max(a, from), y = Math.min(b, to);
      if (x >= y) continue;
      host.append(text.slice(from, x), make('span', { className: 'lit' }, text.slice(x, y)));
      from = y;
    }
    host.append(text.slice(from, to)); from = to;
  };
  for (const k of line.edits) {
    const e = now.doc.e[k], before = from;
    if (e[0] < before) continue;
    plain(e[0], p, true);
    p.append(markOf(e, k));
    from = before; plain(e[0], was, false);
    const end = Math.min(e[0] + e[1], line.end);
    if (e[4] !== slice(e)) { changed = true; was.append(make('u', {}, text.slice(e[0], end))); } else was.append(text.slice(e[0], end));
    from = end;
  }
  const before = from;
  plain(line.end, p, true); from = before; plain(line.end, was, false);
  clear(line.box).append(make('i', { ariaHidden: 'true' }, String(line.n)), make('div', {}, ...(changed ? [was, p] : [p])));
}
function markOf(e, k) {
  const item = wordItem(e, k), d = now.state.d[item.id];
  const reading = d ? d.to : e[4];
  const m = make('mark', { className: e[6], id: 'e' + k, tabIndex: -1 }, reading);
  if (OPEN.has(e[6])) m.classList.add('item');
  if (d) m.classList.add('decided');
  if (now.lit.some(([a, b]) => a < e[0] + e[1] && b > e[0])) m.classList.add('lit');
  if (current()?.id === item.id) m.classList.add('current');
  m.setAttribute('role', 'button');
  m.setAttribute('aria-label', describe(e, reading));
  m.onclick = () => pick(k);
  m.onmouseenter = () => tip(m, describe(e, reading));
  m.onmouseleave = () => tip(null);
  m.onfocus = () => tip(m, describe(e, reading));
  m.onblur = () => tip(null);
  return m;
}
function describe(e, reading) {
  const others = e[7].filter(a => a[0] !== reading).slice(0, 4).map(a => `${a[0]} ${percent(a[1])}`).join(', ');
  return `${slice(e)} → ${reading} · ${t.kinds[e[6]] || e[6]} · ${t.sure(e[5])}` + (others ? ` · ${t.others}: ${others}` : '');
}
function tip(anchor, text) {
  const box = $('tip');
  box.hidden = !anchor;
  if (!anchor) return;
  box.textContent = text;
  const r = anchor.getBoundingClientRect();
  box.style.left = Math.max(8, Math.min(r.left, innerWidth - box.offsetWidth - 8)) + 'px';
  box.style.top = (r.bottom + box.offsetHeight + 8 > innerHeight ? r.top - box.offsetHeight - 6 : r.bottom + 6) + 'px';
}
function drawImages(images) {
  const host = $('images');
  host.querySelectorAll('.sheet').forEach(e => e.remove());
  host.hidden = !images.length;
  for (const [page, path] of images) {
    const img = make('img', { src: href(path), alt: `${t.image} ${page}`, loading: 'lazy' });
    const sheet = make('div', { className: 'sheet' }, img);
    sheet.dataset.page = page;
    img.onclick = () => { host.classList.toggle('near'); mark(current()); };
    img.onload = () => mark(current());
    img.onerror = () => { sheet.remove(); host.hidden = !host.querySelector('.sheet'); };
    host.append(sheet);
  }
}
// The boxes of an item on the page images, the first of them in view.
function mark(item) {
  const host = $('images'), boxes = !item ? [] : item.e ? [item.e[8]] : item.f[7];
  host.querySelectorAll('.box').forEach(e => e.remove());
  let first = null;
  for (const [page, left, top, right, bottom] of boxes.filter(Boolean)) {
    const sheet = host.querySelector(`.sheet[data-page="${page}"]`), img = sheet?.firstChild;
    // Without a size of the page the boxes are in pixels of the image; those of a PDF are not.
    const [w, h] = now.doc.ps[page - 1] || (/\.pdf$/i.test(rows[now.i][NAME]) ? [0, 0] : [img?.naturalWidth, img?.naturalHeight]);
    if (!w || !h || right > w * 1.02 || bottom > h * 1.02) continue;
    const box = make('div', { className: 'box', ariaHidden: 'true' });
    for (const [side, share] of [['left', left / w], ['top', top / h], ['width', (right - left) / w], ['height', (bottom - top) / h]]) box.style[side] = share * 100 + '%';
    sheet.append(box);
    first ??= box;
  }
  if (!first || !host.clientHeight) return;
  const there = first.getBoundingClientRect(), frame = host.getBoundingClientRect();
  host.scrollTop += there.top - frame.top - (frame.height - there.height) / 2;
  host.scrollLeft += there.left - frame.left - (frame.width - there.width) / 2;
}

// ---- the record -----------------------------------------------------------------------------------------------
const listed = new Set(['tasks', 'references', 'events', 'contacts']);
function drawFields() {
  const host = clear($('fields'));
  for (const sheet of now.doc.r) {
    if (now.doc.r.length > 1) host.append(make('h2', {}, t.part(sheet.i)));
    const groups = [[t.needs, []], [t.good, []], [t.lists, []]];
    for (const f of sheet.f) {
      const doubt = f[2] === 'unreadable' || f[0].endsWith('.suspect') || now.items.some(x => x.f === f);
      groups[doubt ? 0 : listed.has(f[0].split('[')[0]) ? 2 : 1][1].push(f);
    }
    groups[1][1].sort((a, b) => (a[2] === 'absent') - (b[2] === 'absent'));
    for (const [name, fields] of groups) {
      if (!fields.length) continue;
      host.append(make('h3', {}, name));
      for (const f of fields) host.append(fieldButton(sheet, f));
    }
  }
}
function fieldButton(sheet, f) {
  const item = fieldItem(sheet, f), d = now.state.d[item.id];
  const status = d ? '✓ ' + t.decided[d.action] : t.statuses[f[2]] || '';
  const look = d ? 'good' : f[2] === 'unreadable' || f[0].endsWith('.suspect') ? 'lost' : f[2] === 'note' || f[2] === 'absent' ? '' : f[3] < 0.8 ? 'doubt' : '';
  const value = d ? d.value : f[1];
  const b = make('button', { className: 'field' },
    make('span', { className: 'label' }, make('span', {}, label(f[0])), make('span', { className: look ? 'chip ' + look : '' }, [status, f[2] === 'absent' || f[2] === 'unreadable' || d || !f[3] ? '' : percent(f[3])].filter(Boolean).join(' · '))),
    make('span', { className: value ? 'value' : 'value none' }, value || (d || f[2] !== 'absent' ? '—' : t.statuses.absent)));
  if (current()?.id === item.id) b.classList.add('current');
  b.setAttribute('aria-pressed', now.field === item.id);
  b.title = f[4];
  b.onclick = () => {
    if (f[2] !== 'note') pickField(sheet, f);
    light(item.id, f[5], true);
    mark(item);
    drawFields();
  };
  return b;
}
function light(id, spans, scroll) {
  now.field = id;
  const touched = l => now.lit.some(([a, b]) => a <= l.end && b >= l.start);
  const before = now.lines.filter(touched);
  now.lit = spans.slice().sort((a, b) => a[0] - b[0]);
  const after = now.lines.filter(touched);
  new Set([...before, ...after]).forEach(drawLine);
  if (scroll && after.length) after[0].box.scrollIntoView({ block: 'center' });
}

// ---- deciding -------------------------------------------------------------------------------------------------
const current = () => now.change || now.items[now.k] || null;
function redraw(item) {
  if (!item) return;
  if (item.e) { const line = now.lines.find(l => l.edits.includes(item.k)); if (line) drawLine(line); }
}
function focusItem(item, before) {
  redraw(before); redraw(item);
  const spans = !item ? [] : item.e ? [] : item.f[5];
  light(item?.f ? item.id : null, spans, false);
  drawFields(); drawCard(); mark(item);
  if (!item) return;
  const line = item.e ? now.lines.find(l => l.edits.includes(item.k)) : now.lines.find(l => spans.some(([a, b]) => a <= l.end && b > l.start));
  const target = item.e ? $('e' + item.k) : line?.box;
  target?.scrollIntoView({ block: 'center' });
  if (item.f) document.querySelector('.field.current')?.scrollIntoView({ block: 'nearest' });
}
function select(k) {
  const before = current();
  now.change = null;
  now.k = Math.max(0, Math.min(k, now.items.length - 1));
  focusItem(current(), before);
}
function pick(k) {
  const item = now.items.findIndex(x => x.k === k && x.e);
  if (item >= 0) return select(item);
  const before = current();
  now.change = wordItem(now.doc.e[k], k);
  focusItem(now.change, before);
}
function pickField(sheet, f) {
  const id = fieldItem(sheet, f).id, item = now.items.findIndex(x => x.id === id);
  if (item >= 0) return select(item);
  const before = current();
  now.change = fieldItem(sheet, f);
  focusItem(now.change, before);
}
function step(n) {
  if (!now.doc) return;
  const k = now.change ? now.k : now.k + n;
  if (!now.items.length || k >= now.items.length) { if (n > 0) nextDocument(1, false); return; }
  if (k < 0) { nextDocument(-1, false); return; }
  select(k);
}
function change(n) {
  if (!now.doc?.e.length) return;
  const here = current()?.e ? current().k : n > 0 ? -1 : now.doc.e.length;
  const k = here + n;
  if (k >= 0 && k < now.doc.e.length) pick(k);
}
function decide(action, typed) {
  const item = current();
  if (!item || !now.doc) return;
  if (item.e) {
    const e = item.e, from = slice(e);
    const to = action === 'accept' ? e[4] : action === 'reject' ? from : typed;
    now.state.d[item.id] = { line: now.lines.find(l => l.edits.includes(item.k))?.n, span: [e[2], e[3]], from, proposed: e[4], action, to };
  } else {
    const f = item.f, value = action === 'accept' ? f[1] : action === 'reject' ? null : typed;
    now.state.d[item.id] = { document: item.sheet.i, field: f[0], was: f[1], action, value };
  }
  say('');
  const settled = now.items.every(x => now.state.d[x.id]);
  if (settled && rows[now.i][CHECK]) now.state.done = true;
  keep(now.i, now.state);
  redraw(item);
  if (now.change) { const before = now.change; now.change = null; focusItem(current(), before); drawList(); progress(); return; }
  const next = [...now.items.keys()].map(k => (now.k + 1 + k) % now.items.length).find(k => !now.state.d[now.items[k].id]);
  if (next !== undefined) { select(next); progress(); }
  else if (now.items.length) { finish(); if (!nextDocument(1, true)) { drawFields(); drawCard(); say(t.allDone); } }
  drawList();
}
function finish() {
  now.state.done = true;
  keep(now.i, now.state);
  drawList(); progress();
}
function undo() {
  const item = current();
  if (!item || !now.state?.d[item.id]) return;
  delete now.state.d[item.id];
  now.state.done = false;
  keep(now.i, now.state);
  redraw(item); drawFields(); drawCard(); drawList(); progress();
}
function choices(item) {
  const all = item.e ? item.e[7].map(a => [a[0], a[1]]) : item.f[6].map(v => [v, null]);
  const usual = item.e ? [item.e[4]] : [item.f[1]];
  return all.filter(a => a[0] && !usual.includes(a[0])).slice(0, 9);
}
function drawCard() {
  const host = clear($('card-body')), item = current();
  if (!now.doc) return;
  if (!item) {
    host.append(make('p', {}, now.items.length || rows[now.i][CHECK] ? t.finished : t.nothing), make('div', { className: 'choices', style: 'margin-top:.6rem' }, button('main', t.next, 'N', () => nextDocument(1, false))));
    return;
  }
  const d = now.state.d[item.id], where = now.change ? '' : t.item(now.k + 1, now.items.length);
  const facts = item.e
    ? [where, t.line(now.lines.find(l => l.edits.includes(item.k))?.n ?? '?'), t.kinds[item.e[6]] || item.e[6], t.sure(item.e[5])]
    : [where, label(item.f[0]), t.statuses[item.f[2]], item.f[1] ? t.sure(item.f[3]) : ''];
  const head = make('div', { className: 'head' }, ...facts.filter(Boolean).map(x => make('span', {}, x)));
  if (d) head.append(make('strong', { className: 'now' }, '✓ ' + t.decided[d.action] + (d.action === 'correct' ? ' ' + (item.e ? d.to : d.value) : '')));
  const reading = make('div', { className: 'reading' });
  if (item.e) {
    const from = slice(item.e);
    if (from === item.e[4]) reading.append(from); else reading.append(make('s', {}, from + '  →  '), item.e[4]);
  } else {
    const stands = item.f[5].map(([a, b]) => now.doc.t.slice(a, b)).join(' … ');
    reading.append(...(item.f[1] ? [item.f[1]] : stands ? [make('s', {}, `“${stands}”`)] : ['—']));
  }
  const lost = item.f && !item.f[1];
  const buttons = make('div', { className: 'choices' },
    button('main', lost ? t.lost : t.accept, '⏎', () => decide('accept')),
    lost || item.e && slice(item.e) === item.e[4] ? null : button('', item.f ? t.rejectField : t.reject, 'R', () => decide('reject')),
    button('', t.correct, 'C', correct));
  choices(item).forEach(([text, p], k) => buttons.append(button('', p === null ? text : `${text} ${percent(p)}`, String(k + 1), () => decide('correct', text))));
  if (d) buttons.append(button('', t.undo, 'U', undo));
  host.append(head, reading, buttons);
}
function button(look, text, key, act) {
  const b = make('button', { className: look }, text, ' ', make('kbd', { ariaHidden: 'true' }, key));
  b.setAttribute('aria-keyshortcuts', key === '⏎' ? 'Enter' : key);
  b.onclick = act;
  return b;
}
function correct() {
  const item = current();
  if (!item) return;
  drawCard();
  const d = now.state.d[item.id], start = d ? (item.e ? d.to : d.value) : item.e ? item.e[4] : item.f[1];
  const input = make('input', { value: start || '', autocomplete: 'off', spellcheck: false, ariaLabel: t.typed, placeholder: t.typed });
  input.onkeydown = event => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') { event.preventDefault(); drawCard(); $('card').focus({ preventScroll: true }); }
    if (event.key === 'Enter') {
      event.preventDefault();
      const value = input.value.trim().normalize('NFC');
      if (!value) return;
      $('card').focus({ preventScroll: true });
      const same = value === (item.e ? item.e[4] : item.f[1]);
      decide(same ? 'accept' : item.e && value === slice(item.e) ? 'reject' : 'correct', value);
    }
  };
  $('card-body').querySelector('.choices').replaceWith(make('div', { className: 'choices' }, input));
  input.focus(); input.select();
}

// ---- keys -----------------------------------------------------------------------------------------------------
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $('help').open) return;
  const tag = event.target.tagName;
  if (tag === 'INPUT' || tag === 'SELECT' || tag === 'TEXTAREA') {
    if (event.key === 'Escape' && event.target.id === 'search') $('card').focus();
    return;
  }
  const inList = event.target.id === 'list';
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (inList && { ArrowDown: 1, ArrowUp: 1, Home: 1, End: 1, PageDown: 1, PageUp: 1 }[key]) {
    event.preventDefault();
    const page = Math.max(1, Math.floor(list.clientHeight / height()) - 1);
    openAt({ ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: shown.length - 1, PageDown: Math.min(shown.length - 1, at + page), PageUp: Math.max(0, at - page) }[key]);
    return;
  }
  if (key.length === 1 && !$('keys').checked) return;
  // A button in focus is pressed by Enter; the text in focus is scrolled by the arrows.
  if (key === 'Enter' && (tag === 'BUTTON' || tag === 'A')) return;
  if (key.startsWith('Arrow') && event.target.id === 'text') return;
  const act = {
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    Enter: () => current() ? decide('accept') : nextDocument(1, true), a: () => decide('accept'),
    r: () => { const x = current(); if (x) decide(x.f && !x.f[1] || x.e && slice(x.e) === x.e[4] ? 'accept' : 'reject'); },
    c: correct, e: correct, u: undo, n: () => nextDocument(1, false), p: () => nextDocument(-1, false),
    ']': () => change(1), '[': () => change(-1), o: () => $('lines').classList.toggle('plain-only'), s: save,
    '/': () => $('search').focus(), '?': help,
  }[key];
  const number = /^[1-9]$/.test(key) && current() ? choices(current())[key - 1] : null;
  if (act) { event.preventDefault(); act(); }
  else if (number) { event.preventDefault(); decide('correct', number[0]); }
});

function help() {
  const host = clear($('help-body')), dl = make('dl', {});
  for (const [keys, what] of t.keys) dl.append(make('dt', {}, ...keys.split(/ +/).flatMap(k => [make('kbd', {}, k), ' '])), make('dd', {}, what));
  const legend = make('p', { className: 'legend' }, t.legend);
  for (const [kind, name] of Object.entries(t.kinds)) legend.append(make('mark', { className: kind === 'doubtful' ? 'item' : kind }, name));
  host.append(dl, legend, make('p', {}, t.stays));
  $('help').showModal();
}

// ---- start ----------------------------------------------------------------------------------------------------
function speak(to) {
  language = to; t = WORDS[to] || WORDS.en;
  document.documentElement.lang = to;
  document.title = `vanthu · ${t.title}`;
  document.querySelectorAll('[data-t]').forEach(e => { e.textContent = t[e.dataset.t]; });
  $('language').textContent = to === 'vi' ? 'English' : 'Tiếng Việt';
  $('language').lang = to === 'vi' ? 'en' : 'vi';
  $('search').placeholder = t.search; $('search').setAttribute('aria-label', t.search);
  const which = $('which'), before = which.value || 'check';
  which.setAttribute('aria-label', t.which);
  const toCheck = order.filter(i => rows[i][CHECK]).length;
  clear(which).append(...[['check', toCheck], ['open', order.filter(i => rows[i][CHECK] && !isDone(i)).length], ['all', rows.length], ['failed', about.failures.length]].map(([v, n]) => make('option', { value: v }, t[v](n))));
  which.value = before === 'check' && !toCheck ? 'all' : before;
  say(keeps ? '' : t.full);
  drawList();
}
$('language').onclick = () => { speak(language === 'vi' ? 'en' : 'vi'); remember('language', language); if (now.i >= 0) open(now.i); };
$('save').onclick = save;
$('help-open').onclick = help;
$('keys').checked = remembered('keys') !== 'off';
$('keys').onchange = () => remember('keys', $('keys').checked ? 'on' : 'off');
$('search').oninput = choose;
$('which').onchange = choose;
let drawing = 0;
list.onscroll = () => { cancelAnimationFrame(drawing); drawing = requestAnimationFrame(drawList); };
addEventListener('resize', drawList);
addEventListener('beforeunload', event => { if (!keeps && decidedCount()) event.preventDefault(); });
speak(language);
choose();
if (shown.length) openAt(Math.max(0, shown.findIndex(i => !isDone(i))));
})();
