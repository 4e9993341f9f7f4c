// Keys, live points and a draft that outlives a lost connection. Without this script the same forms work as plain forms.
"use strict";

const find = (id) => document.getElementById(id);
const sheet = find("sheet");
// Not by the address: its beginning is another one each time the program starts.
const draftKey = document.body.dataset.draft && `grader:draft:${document.body.dataset.draft}`;
const criteria = sheet ? [...sheet.querySelectorAll("fieldset.criterion")] : [];
const shown = (points) => String(Math.round(points * 1000) / 1000);
const chosen = (criterion) => criterion.querySelector("input:checked");

// ---------------------------------------------------------------- live points, and what goes out

function update() {
  const none = find("none");
  const given = criteria.map((one) => chosen(one));
  const isDecided = given.some(Boolean) || none.checked;
  const points = given.map((one) => (one ? Number(one.dataset.points) : 0));
  const sum = shown(points.reduce((total, one) => total + one, 0));
  const terms = points.length > 1 ? `${points.map(shown).join(" + ")} = ` : "";
  find("total").textContent = `${isDecided ? terms + sum : "–"} of ${find("total").dataset.most}`;
  for (const [index, criterion] of criteria.entries()) {
    const line = sheet.querySelector(`[data-of="${criterion.dataset.criterion}"]`);
    const most = Number(criterion.querySelector("input").dataset.points);
    if (line) line.hidden = !isDecided || points[index] >= most;
  }
  const lines = [...sheet.querySelectorAll("[data-of]")];
  if (find("all-goes")) {
    const isEmpty = lines.every((line) => line.hidden);
    find("all-goes").textContent = !isDecided ? "It is made of the items that are missed." : isEmpty ? "Nothing was missed." : "";
  }
}

function choose(criterion) {
  const radios = [...criterion.querySelectorAll("input")];
  radios[(radios.findIndex((one) => one.checked) + 1) % radios.length].checked = true;
  find("none").checked = false;
  changed();
}

function chooseNone() {
  for (const criterion of criteria) criterion.querySelector("input:last-of-type") && ([...criterion.querySelectorAll("input")].at(-1).checked = true);
  find("none").checked = true;
  changed();
}

// ---------------------------------------------------------------- the draft

function changed() {
  update();
  if (!draftKey) return;
  const fields = [...new FormData(sheet)].filter(([name]) => /^(points\.|none$|comment$|note$|rubric$)/.test(name));
  sessionStorage.setItem(draftKey, JSON.stringify(fields));
}

function restore() {
  const draft = draftKey && sessionStorage.getItem(draftKey);
  if (!draft) return;
  if ("sent" in document.body.dataset) return changed(); // what was sent is in the form, as the rubric of today has it
  const fields = JSON.parse(draft);
  const isSameRubric = fields.some(([name, value]) => name === "rubric" && value === sheet.elements.rubric.value);
  for (const [name, value] of fields) {
    if (!isSameRubric && !/^(comment|note)$/.test(name)) continue; // the same number would mean something else
    for (const field of sheet.elements) {
      if (field.name !== name) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  say(`What you had not saved here is in the form again${isSameRubric ? "." : ", without its points: the rubric has changed."}`);
}

// ---------------------------------------------------------------- saving

function say(text) {
  find("status").textContent = text;
}

function complain(text) {
  find("trouble").textContent = text;
  find("trouble").hidden = false;
}

function clear(field) {
  field.value = "";
  changed();
}

async function send(address, asksWhy) {
  const body = new URLSearchParams(new FormData(sheet));
  let response;
  try {
    response = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  } catch {
    complain("Not saved: the program does not answer. Your marks stay here; save again once it runs.");
    return;
  }
  if (response.ok) {
    if (draftKey && address === sheet.action) sessionStorage.removeItem(draftKey);
    if (asksWhy) clear(find("note")); // it went out as the flag's reason
    location.assign((await response.json()).go);
  } else if (response.status === 403) {
    complain("Not saved: your session has ended. Your marks stay here: sign in, or open the new link, in this tab, and come back to this text.");
  } else if (response.status === 400 || response.status === 409) {
    sheet.action = address;
    sheet.submit(); // the page that follows says why, and what can be done
  } else {
    complain(await explain(response));
  }
}

async function explain(response) {
  const kept = "What you typed is kept";
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const reason = page.querySelector("#problem")?.textContent;
  if (reason) return `Not saved: ${reason} ${kept} in this form.`;
  if (response.status !== 404) return `Not saved: expected an answer of the program, got ${response.status}. ${kept}: save again in a while.`;
  return "Not saved: the program was started again. Open the new link in this tab; what you typed is kept, and comes back with this text.";
}

let isSending = false;
async function submit(event) {
  event.preventDefault();
  if (isSending) return;
  // Of a button without an address of its own, `formAction` is the page's, not the form's.
  const address = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : sheet.action;
  if (address === sheet.action && !criteria.some(chosen) && !find("none").checked) {
    complain("Nothing was saved: choose points for at least one item, or that none applies.");
    return;
  }
  const asksWhy = event.submitter?.hasAttribute("data-why");
  if (asksWhy && !find("note").value.trim()) {
    complain("Say why in the note, then flag (x).");
    return find("note").focus();
  }
  isSending = true;
  await send(address, asksWhy);
  isSending = false;
}

// ---------------------------------------------------------------- keys

const CLICKS = { k: "skip", x: "flag", j: "next", J: "previous", u: "undo", g: "group", p: "other-part" };
const FOCUSES = { c: "comment", n: "note", "/": "find" };

let beforeHelp = null; // what had the focus
function toggleHelp() {
  const help = find("help");
  help.open = !help.open;
  if (help.open) {
    beforeHelp = document.activeElement;
    help.scrollIntoView({ block: "nearest" });
    help.querySelector("summary").focus({ preventScroll: true });
  } else beforeHelp?.focus();
}

function press(event) {
  const field = event.target.closest("textarea, input:not([type=radio]):not([type=checkbox])");
  if (event.key === "Escape" && field) return field.blur();
  if (event.key === "Escape" && find("help")?.open) return take(event, toggleHelp);
  if (event.key === "Enter" && event.ctrlKey && sheet) return take(event, () => find("save").click());
  if (field || event.ctrlKey || event.metaKey || event.altKey || !find("keys")?.checked && find("keys")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const fold = document.querySelector(`details[data-key="${CSS.escape(event.key)}"]`);
  const criterion = criteria.find((one) => one.dataset.key === event.key);
  if (criterion) take(event, () => choose(criterion));
  else if (event.key === "0" && find("none")) take(event, chooseNone);
  else if (event.key === "Enter" && sheet) take(event, () => (find("save").classList.contains("main") ? find("save") : find("next")).click());
  else if (event.key === "Enter" && find("next")) take(event, () => find("next").click());
  else if (fold && fold === find("help")) take(event, toggleHelp);
  else if (fold) take(event, () => (fold.open = !fold.open));
  else if (find(FOCUSES[event.key])) take(event, () => find(FOCUSES[event.key]).focus());
  else if (find(CLICKS[event.key])) take(event, () => find(CLICKS[event.key]).click());
}

function take(event, act) {
  event.preventDefault();
  act();
}

if (sheet) {
  restore();
  update();
  sheet.addEventListener("change", (event) => {
    if (event.target.type === "radio") find("none").checked = false;
    if (event.target.id === "none" && event.target.checked) chooseNone();
    changed();
  });
  sheet.addEventListener("input", changed);
  if (find("status")) sheet.addEventListener("submit", submit);
}
if (find("keys")) {
  find("keys").checked = localStorage.getItem("grader:keys") !== "off";
  find("keys").addEventListener("change", (event) => localStorage.setItem("grader:keys", event.target.checked ? "on" : "off"));
}
if (find("status")?.textContent) {
  find("rubric").focus({ preventScroll: true }); // who marks by keyboard or by ear goes on where they were
  const said = find("status").textContent;
  say("");
  setTimeout(() => say(said), 50); // what is there from the beginning is not read out
}
document.addEventListener("keydown", press);
