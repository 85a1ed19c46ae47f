// Multiple-choice questions: judged in the page, with the answers that it holds.
// Notebooks bring this script with every question, so that it may run many times.
(() => {
"use strict";

const make = (tag, className, ...children) => {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
};

// The reader's answers outlast the page, where the browser lets them.
const store = {
  key: (id) => `ldl-quiz-${id}`,
  read(id) {
    try {
      const { chosen, checked } = JSON.parse(localStorage.getItem(this.key(id)));
      return Array.isArray(chosen) ? { chosen, checked } : { chosen: [] };
    } catch { return { chosen: [] }; }
  },
  write(id, answer) {
    try { localStorage.setItem(this.key(id), JSON.stringify(answer)); } catch { /* it is off */ }
  },
};

class Quiz {
  constructor(host) {
    host.dataset.ldlState = "ready";
    this.id = host.dataset.ldlQuiz;
    this.inputs = [...host.querySelectorAll("input")];
    this.options = [...host.querySelectorAll("li")].map((item) => ({
      right: "ldlRight" in item.dataset,
      text: item.children[1],
      why: item.children.item(item.children.length - 1),
    }));
    this.several = this.inputs[0].type === "checkbox";
    this.answers = host.querySelector("details");
    this.answers.querySelector("summary").textContent = "All answers explained";
    this.verdict = make("div", "ldl-quiz-verdict");
    this.verdict.setAttribute("role", "status");
    this.button = this.action("Check", () => this.check());
    this.again = this.action("Try again", () => this.reset());
    this.answers.before(make("div", "ldl-tools", this.button, this.again), this.verdict);
    this.listen(host);
    this.restore();
  }

  action(text, act) {
    const button = make("button", "", text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  listen(host) {
    // JupyterLab may show one question in two places, which must not share an answer.
    globalThis.ldlQuizzes = (globalThis.ldlQuizzes ?? 0) + 1;
    for (const input of this.inputs) {
      input.name = `ldl-quiz-${this.id}--${globalThis.ldlQuizzes}`;
      input.addEventListener("change", () => {
        this.clear();
        this.keep(false);
      });
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.check();
      });
    }
    // JupyterLab's shortcuts would take keys from whatever has the focus.
    host.addEventListener("focusin", ({ target }) => { target.dataset.lmSuppressShortcuts = "true"; });
  }

  get chosen() {
    return this.inputs.flatMap((input, number) => (input.checked ? [number] : []));
  }

  keep(checked) { store.write(this.id, { chosen: this.chosen, checked }); }

  restore() {
    const { chosen, checked } = store.read(this.id);
    this.inputs.forEach((input, number) => { input.checked = chosen.includes(number); });
    this.clear();
    if (checked && this.chosen.length) this.check();
  }

  reset() {
    this.inputs.forEach((input) => { input.checked = false; });
    this.clear();
    this.keep(false);
    this.inputs[0].focus(); // the button that had the focus is gone
  }

  // A verdict belongs to a selection: it goes when that changes.
  clear() {
    this.verdict.replaceChildren();
    this.again.hidden = true;
    this.answers.hidden = true;
    this.answers.open = false;
    for (const input of this.inputs) {
      delete input.parentElement.dataset.mark;
      input.parentElement.querySelector(".ldl-quiz-mark")?.remove();
    }
  }

  check() {
    const chosen = this.chosen;
    this.clear();
    if (!chosen.length) {
      this.verdict.append(make("p", "", "Choose an answer first."));
      return;
    }
    for (const number of chosen) this.mark(number);
    this.verdict.append(...this.words(chosen));
    this.again.hidden = false;
    this.answers.hidden = false;
    this.keep(true);
  }

  mark(number) {
    const { right } = this.options[number];
    const label = this.inputs[number].parentElement;
    label.dataset.mark = right ? "right" : "wrong";
    label.append(make("span", "ldl-quiz-mark", right ? "✓ right" : "✗ wrong"));
  }

  // What MultipleChoice.judge says in Python: what is found, then why.
  words(chosen) {
    const right = this.options.flatMap((option, number) => (option.right ? [number] : []));
    const wrong = chosen.filter((number) => !this.options[number].right);
    const why = (number) => [...this.options[number].why.cloneNode(true).childNodes];
    const found = (text) => make("strong", "", text);
    if (!wrong.length && chosen.length === right.length) {
      return right.map((number, i) => make("p", "", ...(i ? [] : [found("Right."), " "]), ...why(number)));
    }
    if (!this.several) return [make("p", "", found("Not this one."), " ", ...why(wrong[0]))];
    const extra = wrong.length ? `, and ${wrong.length} wrong` : "";
    const good = chosen.length - wrong.length;
    return [
      make("p", "", found(`${good} of the ${right.length} right answers chosen${extra}.`)),
      ...wrong.map((number) => make("p", "", "“",
        ...this.options[number].text.cloneNode(true).childNodes, "”: ", ...why(number))),
      ...(wrong.length ? [] : [make("p", "", "All you chose is right. Look for what else is.")]),
    ];
  }
}

for (const host of document.querySelectorAll(".ldl-quiz:not([data-ldl-state])")) new Quiz(host);
})();
