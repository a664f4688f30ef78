"use strict";
// Zooming sheets, choosing a string in the list or on the sheet, and the keyboard of the review. Pages work without it.

const MOST_ZOOM = 24;

function sheet(figure) {
  const svg = figure.querySelector("svg");
  const width = Number(svg.dataset.width), height = Number(svg.dataset.height);
  let view = [0, 0, width, height];

  function show(x, y, w) {
    w = Math.min(width, Math.max(width / MOST_ZOOM, w));
    const h = w * height / width;
    view = [Math.min(width - w, Math.max(0, x)), Math.min(height - h, Math.max(0, y)), w, h];
    svg.setAttribute("viewBox", view.join(" "));
    svg.classList.toggle("zoomed", w < width);
  }
  function zoom(factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) {
    const w = Math.min(width, Math.max(width / MOST_ZOOM, view[2] / factor)), share = w / view[2];
    show(x - (x - view[0]) * share, y - (y - view[1]) * share, w);
  }
  function place(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  }
  function centre(polygon) {
    const box = polygon.getBBox();
    const w = Math.min(width, Math.max(box.width * 4, box.height * 4 * width / height, width / 5));
    show(box.x + box.width / 2 - w / 2, box.y + box.height / 2 - w * height / width / 2, w);
  }

  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !svg.classList.contains("zoomed")) return; // the page scrolls on
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, ...place(event));
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => zoom(2, ...place(event)));

  let drawn = null; // the box that is being drawn: {start, show}
  function draw(show) {
    drawn = show && { start: null, show };
    figure.classList.toggle("drawing", Boolean(show));
  }

  const fingers = new Map();
  svg.addEventListener("pointerdown", (event) => {
    if (drawn) {
      drawn.start = place(event);
      svg.setPointerCapture(event.pointerId);
      return event.preventDefault();
    }
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  svg.addEventListener("pointermove", (event) => {
    if (drawn?.start) return drawn.show(...drawn.start, ...place(event));
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY], scale = 1 / svg.getScreenCTM().a;
    if (fingers.size === 1 && svg.classList.contains("zoomed")) {
      if (Math.hypot(now[0] - before[0], now[1] - before[1]) < 3 && !svg.classList.contains("dragging")) return;
      if (!svg.classList.contains("dragging")) svg.setPointerCapture(event.pointerId);
      svg.classList.add("dragging");
      show(view[0] - (now[0] - before[0]) * scale, view[1] - (now[1] - before[1]) * scale, view[2]);
    } else if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const apart = (from) => Math.hypot(from[0] - other[0], from[1] - other[1]);
      zoom(apart(now) / Math.max(1, apart(before)));
    }
    fingers.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    svg.addEventListener(end, (event) => {
      if (drawn?.start && end !== "pointerleave") draw(null);
      fingers.delete(event.pointerId);
      setTimeout(() => svg.classList.remove("dragging"));
    });
  }
  figure.querySelector(".tools").addEventListener("click", (event) => {
    const asked = event.target.dataset.zoom;
    if (asked === "in") zoom(1.6);
    if (asked === "out") zoom(1 / 1.6);
    if (asked === "fit") show(0, 0, width);
    if (asked === "boxes") {
      const bare = figure.classList.toggle("bare");
      event.target.setAttribute("aria-pressed", String(bare));
      event.target.textContent = bare ? "Show boxes" : "Hide boxes";
    }
  });
  svg.addEventListener("click", (event) => {
    const item = event.target.dataset.item;
    if (item !== undefined && !svg.classList.contains("dragging")) choose(item, { scroll: true });
  });
  return { figure, svg, centre, draw, width, height, view: () => view };
}

const sheets = [...document.querySelectorAll(".sheet")].map(sheet);

function choose(item, { scroll = false, centre = false, focus = false } = {}) {
  for (const old of document.querySelectorAll(".chosen")) old.classList.remove("chosen");
  const selector = `[data-item="${CSS.escape(item)}"]`;
  for (const each of sheets) {
    const polygon = each.figure.querySelector(selector);
    if (sheets.length > 1 && document.body.classList.contains("review")) each.figure.hidden = !polygon;
    if (!polygon) continue;
    polygon.classList.add("chosen");
    if (centre) each.centre(polygon);
  }
  const entry = document.querySelector(`tr${selector}, li${selector}`);
  if (!entry) return;
  entry.classList.add("chosen");
  const folded = entry.closest("details");
  if (folded) folded.open = true;
  for (const open of document.querySelectorAll("tr.source:not([hidden])")) open.hidden = true;
  if (entry.nextElementSibling?.matches("tr.source")) entry.nextElementSibling.hidden = false;
  if (scroll) entry.scrollIntoView({ block: "nearest" });
  if (focus) entry.querySelector("input")?.focus();
}

for (const row of document.querySelectorAll(".items tr[data-item]")) {
  row.addEventListener("click", () => choose(row.dataset.item, { centre: true }));
  row.addEventListener("keydown", (event) => {
    const rows = [...document.querySelectorAll(".items tr[data-item]")], at = rows.indexOf(row);
    if (event.key === "Enter") choose(row.dataset.item, { centre: true });
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (next === undefined || !rows[next]) return;
    event.preventDefault();
    rows[next].focus();
    choose(rows[next].dataset.item, { centre: true });
  });
}
const named = /^#item-(\d+)$/.exec(location.hash);
if (named) choose(named[1], { scroll: true, centre: true });

const form = document.querySelector("#review");
if (form) {
  const entries = () => [...form.querySelectorAll("li.item")].filter((entry) => entry.offsetParent !== null);
  const altered = (entry) => [...entry.querySelectorAll("input")].some(changed);
  function changed(input) {
    return input.type === "checkbox" ? input.checked : input.value !== input.defaultValue;
  }
  form.addEventListener("focusin", (event) => {
    const entry = event.target.closest("li.item");
    if (entry && !entry.classList.contains("chosen")) choose(entry.dataset.item, { centre: true });
  });
  form.addEventListener("input", () => {
    let count = [...form.querySelectorAll(".fields input")].filter(changed).length;
    for (const entry of form.querySelectorAll("li.item")) {
      const is = altered(entry);
      entry.classList.toggle("altered", is);
      count += is ? 1 : 0;
    }
    count += [...form.querySelectorAll("li.missed input[name^=missed]")].filter((input) => input.value.trim()).length;
    const told = form.querySelector(".changed");
    if (told) told.textContent = count ? ` with ${count} correction${count > 1 ? "s" : ""}` : "";
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches(".take")) return;
    const input = event.target.closest("li.item").querySelector("input[name^=text]");
    input.value = event.target.dataset.text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const missed = form.querySelector(".missed-strings");
  let added = 0;
  function addMissed() {
    const on = sheets.find((each) => !each.figure.hidden);
    if (!missed || !on) return;
    const number = added++;
    const entry = missed.querySelector("template").content.firstElementChild.cloneNode(true);
    const [text, where, direction, placer, drop] = ["text", "where", "direction", "placer", "drop"].map((part) =>
      entry.querySelector(`[data-part=${part}]`));
    text.name = `missed-${number}`;
    where.name = `place-${number}`;
    const box = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    box.setAttribute("class", "added");
    on.svg.append(box);
    const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
    let sides = [0, 0, 0, 0];
    function show(x0, y0, x1, y1) {
      sides = [within(Math.min(x0, x1), on.width), within(Math.min(y0, y1), on.height),
        within(Math.max(x0, x1), on.width), within(Math.max(y0, y1), on.height)];
      const [left, top, right, bottom] = sides;
      box.setAttribute("points", `${left},${top} ${right},${top} ${right},${bottom} ${left},${bottom}`);
      where.value = [on.figure.dataset.page, ...sides, direction.value].join(" ");
    }
    const [x, y, w, h] = on.view();
    show(x + w * 0.44, y + h * 0.48, x + w * 0.56, y + h * 0.52);
    direction.addEventListener("change", () => show(...sides));
    placer.addEventListener("click", () => {
      on.draw(show);
      on.figure.scrollIntoView({ block: "nearest" }); // on a small window it stands far above
    });
    placer.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way || event.altKey) return;
      event.preventDefault();
      const step = Math.max(1, on.view()[2] / 200), [dx, dy] = way.map((each) => each * step);
      const [left, top, right, bottom] = sides;
      if (event.shiftKey) show(left, top, Math.max(left + 2, right + dx), Math.max(top + 2, bottom + dy));
      else {
        const across = Math.min(on.width - right, Math.max(-left, dx)), down = Math.min(on.height - bottom, Math.max(-top, dy));
        show(left + across, top + down, right + across, bottom + down);
      }
    });
    drop.addEventListener("click", () => {
      on.draw(null);
      box.remove();
      entry.remove();
      form.dispatchEvent(new Event("input"));
    });
    missed.querySelector("ol").append(entry);
    on.draw(show);
    text.focus();
  }
  if (missed) {
    missed.hidden = false;
    missed.querySelector(".add").addEventListener("click", addMissed);
  }
  function decide(verdict) {
    const button = form.querySelector(`button[value="${verdict}"]`);
    if (button) form.requestSubmit(button);
  }
  document.addEventListener("keydown", (event) => {
    const all = entries(), here = all.findIndex((entry) => entry.classList.contains("chosen"));
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = all[here < 0 ? 0 : here + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) choose(next.dataset.item, { scroll: true, centre: true, focus: true });
    } else if (event.altKey && event.key.toLowerCase() === "x" && here >= 0) {
      event.preventDefault();
      all[here].querySelector(".gone input")?.click();
    } else if (event.altKey && event.key.toLowerCase() === "n") {
      event.preventDefault();
      addMissed();
    } else if (event.altKey && event.key.toLowerCase() === "o" && here >= 0) {
      event.preventDefault();
      all[here].querySelector(".take")?.click();
    } else if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      decide("approve");
    } else if (event.altKey && event.key === "Backspace") {
      event.preventDefault();
      decide("reject");
    } else if (event.key === "Enter" && event.target.matches?.("li.item input[name^=text]")) {
      event.preventDefault(); // Enter goes to the next string: a decision is never made by accident
      const next = all[here + 1];
      if (next) choose(next.dataset.item, { scroll: true, centre: true, focus: true });
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input") && !event.ctrlKey) event.preventDefault();
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    for (const input of form.querySelectorAll("li.item input")) input.disabled ||= !changed(input);
  });
  if (sheets.length > 1) sheets.forEach((each, index) => { each.figure.hidden = index > 0; });
  const first = entries()[0];
  if (first) choose(first.dataset.item, { centre: true });
}
