// Sampling: the text so far, and bars for the characters that can come next.

const SHOWN = 12; // bars, the likeliest first; the rest is summed up

const STYLE = `
  .ldl-sampling { font-variant-numeric: tabular-nums; }
  .ldl-sampling .text { min-height: 12em; padding: 0.5rem 0.6rem; margin-bottom: 0.5rem;
    border: 1px solid var(--ldl-track); border-radius: 6px; background: var(--ldl-panel);
    overflow-wrap: anywhere; white-space: pre-wrap; font-family: ui-monospace, Menlo, Consolas,
    "DejaVu Sans Mono", monospace; font-size: 0.9375rem; }
  .ldl-sampling .own { display: flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; align-items: center;
    padding: 0 0.25rem 0.5rem; font-size: 0.9375rem; }
  .ldl-sampling .own input { flex: 1 1 12rem; min-width: 0; min-height: 2.25rem; font: inherit;
    padding: 0.25rem 0.5rem; color: inherit; background: var(--ldl-paper);
    border: 1px solid var(--ldl-line); border-radius: 6px; }
  .ldl-sampling .text b { color: var(--ldl-muted); font-weight: 400; }
  .ldl-sampling .text mark { background: var(--sampling-tint); color: var(--ldl-ink);
    outline: 2px solid var(--sampling-after); border-radius: 2px; }
  .ldl-sampling .head { font-size: 0.9375rem; color: var(--ldl-muted); padding: 0.1rem 0.25rem; }
  @media (max-width: 30rem) { .ldl-sampling .head { min-height: 2.9em; } }
  .ldl-sampling ol { list-style: none; margin: 0; padding: 0; }
  .ldl-sampling li { display: grid; grid-template-columns: 3.8rem minmax(4rem, 1fr) 4.1rem 4.4rem;
    gap: 0.4rem; align-items: center; margin: 0; font-size: 0.9375rem; line-height: 1.55; }
  .ldl-sampling .sign { text-align: right; white-space: nowrap; font-family: ui-monospace, Menlo, Consolas,
    "DejaVu Sans Mono", monospace; font-weight: 700; }
  .ldl-sampling .rest .sign { font: inherit; }
  .ldl-sampling .bar { position: relative; height: 1rem; background: var(--ldl-panel);
    border-radius: 2px; }
  .ldl-sampling .bar i { position: absolute; inset: 0.1rem auto 0.1rem 0;
    background: var(--sampling-after); }
  .ldl-sampling .bar s { position: absolute; top: -0.1rem; bottom: -0.1rem; width: 0;
    border-left: 3px solid var(--ldl-ink); }
  .ldl-sampling .number { text-align: right; white-space: nowrap; }
  .ldl-sampling .note { font-size: 0.8125rem; white-space: nowrap; }
  .ldl-sampling li.cut { color: var(--ldl-muted); }
  .ldl-sampling li.drawn { font-weight: 700; }
  .ldl-sampling .key s { display: inline-block; height: 0.9rem; border-left: 3px solid var(--ldl-ink);
    vertical-align: -0.1rem; }
  .ldl-sampling .key i { display: inline-block; width: 1.2rem; height: 0.7rem;
    background: var(--sampling-after); }
  @media (min-width: 34rem) { .ldl-sampling .text { min-height: 7.6em; } }`;

class View {
  constructor(stage, api, core, network) {
    const kit = ldl.registered("core", "kit");
    const reader = ldl.registered("core", "recurrent").reader(network);
    Object.assign(this, { stage, api, core, network, reader, kit });
    this.build();
    this.stopTheme = api.onTheme(() => this.recolour());
    this.recolour();
    this.compute(api.values);
  }

  build() {
    const { html } = this.kit;
    const { clean } = ldl.registered("core", "recurrent");
    this.own = "";
    this.prompt = html("b");
    const field = html("input", { type: "text", maxLength: 60, placeholder: "Type a beginning",
      autocomplete: "off", spellcheck: false });
    field.addEventListener("input", () => {
      this.own = clean(this.network, field.value);
      this.api.setValues({ prompt: this.core.OWN });
    });
    this.text = html("span");
    this.next = html("mark");
    this.list = html("ol", {}, Array.from({ length: SHOWN + 1 }, (_, i) => this.line(i === SHOWN)));
    this.heading = html("p", { className: "head" });
    this.stage.classList.add("ldl-sampling");
    this.stage.append(
      html("style", { textContent: STYLE }),
      html("label", { className: "own" }, ["your own beginning ", field]),
      html("p", { className: "text" }, [this.prompt, this.text, this.next]),
      this.heading, this.list,
      html("p", { className: "head key" },
        [html("i"), " what is drawn from \u2003 ", html("s"), " what the network says"]));
  }

  line(isRest) {
    const { html } = this.kit;
    const parts = {
      sign: html("span", { className: "sign" }), fill: html("i"), mark: html("s"),
      number: html("span", { className: "number" }), note: html("span", { className: "note" }),
    };
    const bar = html("span", { className: "bar", "aria-hidden": "true" }, [parts.fill, parts.mark]);
    const item = html("li", { className: isRest ? "rest" : "" },
      [parts.sign, bar, parts.number, parts.note]);
    return Object.assign(item, { parts });
  }

  set(values) {
    this.compute(values);
    this.api.announce(this.core.words(this.written));
  }

  compute(values) {
    this.written = this.core.write(this.network, this.reader, values, this.own);
    this.draw(values);
  }

  draw({ prompt }) {
    const { write, fixed } = this.kit;
    const { text, choice, before, drawn, random, network } = this.written;
    write(this.prompt, prompt === this.core.OWN ? this.own : prompt);
    write(this.text, text);
    write(this.next, network.characters[drawn].replace(" ", "\u2423"));
    const sum = (of, from, to) =>
      choice.order.slice(from, to).reduce((total, token) => total + of[token], 0);
    const start = sum(choice.probabilities, 0, choice.order.indexOf(drawn));
    write(this.heading, `Next character: the random number ${fixed(random, 3)} lies in the bar `
      + `from ${fixed(start, 3)} to ${fixed(start + choice.probabilities[drawn], 3)}.`);
    const shown = choice.order.slice(0, SHOWN);
    shown.forEach((token, rank) => this.fill(this.list.children[rank], {
      sign: network.characters[token].replace(" ", "\u2423"),
      after: choice.probabilities[token], before: before[token],
      cut: rank >= choice.kept, drawn: token === drawn,
    }));
    this.fill(this.list.children[SHOWN], {
      sign: `${choice.order.length - SHOWN} more`, after: sum(choice.probabilities, SHOWN),
      before: sum(before, SHOWN), cut: choice.kept <= SHOWN, drawn: !shown.includes(drawn),
    });
  }

  fill(item, { sign, after, before, cut, drawn }) {
    const { write, fixed } = this.kit;
    const { parts } = item;
    write(parts.sign, sign);
    parts.fill.style.width = `${100 * after}%`;
    parts.mark.style.left = `calc(${100 * before}% - 1.5px)`;
    write(parts.number, `${fixed(100 * after, 1)} %`);
    write(parts.note, cut ? "\u00d7 cut off" : drawn ? "\u25c0 drawn" : "");
    item.classList.toggle("cut", cut);
    item.classList.toggle("drawn", drawn);
  }

  recolour() {
    const dark = this.api.theme() === "dark" ? 1 : 0;
    const { colors } = this.api.options;
    this.stage.style.setProperty("--sampling-after", colors.blue[dark]);
    this.stage.style.setProperty("--sampling-tint", colors.blue_tint[dark]);
  }

  read(path) { return this.core.read(this.written, path); }

  destroy() { this.stopTheme(); }
}

ldl.register("widget", "sampling", async (stage, api) => {
  const network = await ldl.registered("core", "recurrent").readModel(api.options.model);
  const view = new View(stage, api, ldl.registered("core", "sampling"), network);
  return {
    set: (values) => view.set(values),
    read: (path) => view.read(path),
    destroy: () => view.destroy(),
  };
});
