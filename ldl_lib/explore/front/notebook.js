
// Figures in a live notebook: an anywidget whose states come from Python.

const evaluateModule = (code) => {
  const module = { exports: {} };
  new Function("module", "exports", code)(module, module.exports);
  return module.exports;
};

// Asks the kernel for one kind of message and waits for it.
const ask = (model, type) => new Promise((resolve) => {
  const receive = (message, buffers) => {
    if (message.type !== type) return;
    model.off("msg:custom", receive);
    resolve({ message, buffers });
  };
  model.on("msg:custom", receive);
  model.send({ type });
});

const plotlyFromKernel = async (model) => {
  const { buffers } = await ask(model, "plotly");
  return evaluateModule(new TextDecoder().decode(buffers[0]));
};

const plotlyFromNetwork = async ({ url, integrity }) => {
  await ldl.loadScript(url, integrity);
  return window.Plotly;
};

const loadPlotlyFor = (model) => ldl.loadPlotly("full", async () => {
  const network = model.get("spec").network;
  if (network) {
    try { return await plotlyFromNetwork(network); } catch { /* fall back on the kernel */ }
  }
  return plotlyFromKernel(model);
});

const unpackValue = ({ buffer, shape, value }, buffers) => {
  if (buffer === undefined) return value;
  const view = buffers[buffer];
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const numbers = Array.from(new Float64Array(bytes));
  const [rows, columns] = shape;
  if (columns === undefined) return numbers;
  return Array.from({ length: rows }, (_, r) => numbers.slice(r * columns, (r + 1) * columns));
};

const same = (first, second) => Object.keys(first).every((name) => first[name] === second[name]);

// Passes control values to Python, and Python's states on to the figure.
class Kernel {
  constructor(model) {
    this.model = model;
    this.latest = new Map();
    this.waiting = [];
    this.receive = (message, buffers) => {
      if (message.type === "error") {
        this.values = {}; // whatever is asked for next, Python has to be told
        this.settle("reject", new Error(message.text));
      }
      if (message.type !== "state") return;
      for (const [panel, { state, sentence }] of Object.entries(message.panels)) {
        const known = this.latest.get(panel)?.state ?? {};
        for (const [path, value] of Object.entries(state)) known[path] = unpackValue(value, buffers);
        this.latest.set(panel, { state: known, sentence });
      }
      this.values = message.values;
      this.settle("resolve");
      this.changed?.(message.values);
    };
    model.on("msg:custom", this.receive);
  }

  next() {
    return new Promise((resolve, reject) => { this.waiting.push({ resolve, reject }); });
  }

  settle(how, result) {
    const waiting = this.waiting;
    this.waiting = [];
    waiting.forEach((promise) => promise[how](result));
  }

  async start() {
    const answer = this.next();
    this.model.send({ type: "all" });
    await answer;
  }

  // Resolves with the panel's state for `values` once Python has sent it.
  async state(panel, values) {
    while (!same(values, this.values)) {
      if (!same(values, this.model.get("values"))) {
        this.model.set("values", { ...values });
        this.model.save_changes();
      }
      await this.next();
    }
    return this.latest.get(panel);
  }
}

export default {
  async render({ model, el }) {
    const kernel = new Kernel(model);
    const host = document.createElement("div");
    host.className = "ldl-figure";
    host.dataset.ldlFigure = model.get("spec").id;
    // JupyterLab's shortcuts would take arrow keys from whatever has the focus.
    host.addEventListener("focusin", ({ target }) => { target.dataset.lmSuppressShortcuts = "true"; });
    el.append(host);
    const figure = new ldl.Figure(host, model.get("spec"), {
      shared: false,
      again: "Run the cell again.",
      plotly: () => loadPlotlyFor(model),
      part: async () => {},
      source: async (panel) =>
        panel.controls.length ? (values) => kernel.state(panel.id, values) : null,
    });
    try {
      await kernel.start();
      Object.assign(figure.values, kernel.values);
      await figure.start().catch(() => {}); // it says so itself
    } catch (error) {
      figure.fail(error);
    }
    kernel.changed = (values) => {
      if (!same(values, figure.values) && !figure.waiting) figure.set(values);
    };
    const page = (globalThis.ldl ??= { figures: new Map() }); // what tests look at
    page.figures.set(figure.id, figure);
    return () => {
      model.off("msg:custom", kernel.receive);
      if (page.figures.get(figure.id) === figure) page.figures.delete(figure.id);
      figure.destroy();
    };
  },
};
