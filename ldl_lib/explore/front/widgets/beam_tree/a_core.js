// Beam search in a small tree of words or with a network that writes letters: what is
// searched, and what is said of it. Pure functions, no DOM. Python's side is
// ldl_lib/figures/text/beam_tree.py.

const TREE = "small tree"; // stands for it among the beginnings
const END = 1; // its token that ends a sentence

const kit = () => ldl.registered("core", "kit");
const recurrent = () => ldl.registered("core", "recurrent");

// What a search needs of a model: its next step, and how its tokens are written.
const treeModel = ({ words, probabilities, children, best, best_log_probability }) => ({
  end: () => END,
  begin: () => ({ token: 0, state: 0 }),
  next: (token, node) => {
    const after = children[node][token];
    return { logarithms: probabilities[after].map(Math.log), state: after };
  },
  name: (token) => words[token],
  write: (tokens) => tokens.map((token) => words[token]).join(" ").replaceAll(" .", "."),
  root: () => words[0],
  best: { text: best, total: best_log_probability },
});

const networkModel = (network) => {
  const { decode, reader } = recurrent();
  const space = network.characters.indexOf(" ");
  return {
    ...reader(network),
    end: (stops) => stops ? space : -1,
    name: (token) => network.characters[token].replace(" ", "\u2423"),
    write: (tokens) => decode(network, tokens),
    root: (prompt) => prompt,
  };
};

const readModels = async ({ model, tree }) => ({
  tree: treeModel(tree), network: networkModel(await recurrent().readModel(model)),
});

// The search that control values ask for, and greedy search beside it.
const search = (models, { start, width, depth, length_power: lengthPower, space }) => {
  const model = start === TREE ? models.tree : models.network;
  const run = (beams, power) => recurrent().beamSearch(model.next, model.begin(start), {
    width: beams, steps: depth, end: model.end(space), lengthPower: power,
  });
  const greedy = run(1, 0).found[0];
  return { model, start, greedy, ...run(width, lengthPower) };
};

// A text in quotation marks; a space at its end would be lost on the page.
const quoted = (model, { tokens }) => `\u201c${model.write(tokens)}\u201d`
  .replace(" \u201d", "\u2423\u201d");

const count = (candidates, fate) => candidates.filter((each) => each.fate === fate).length;
const sameTokens = (a, b) => a.tokens.join() === b.tokens.join();

const compared = ({ model, found: [best], greedy }) => {
  if (sameTokens(best, greedy)) return "Greedy search finds the same.";
  const { fixed } = kit();
  return `Greedy search finds ${quoted(model, greedy)} with `
    + `${fixed(greedy.total)}: the beam's is ${fixed(Math.exp(best.total - greedy.total))} times `
    + "as likely.";
};

const judged = ({ model, found }) => {
  if (!model.best || !found.every(({ fate }) => fate === "finished")) return [];
  if (found[0].total > model.best.total - 1e-9) return ["No sentence of this tree is likelier."];
  return [`Yet \u201c${model.best.text}\u201d is likelier: ${kit().fixed(model.best.total)}.`];
};

const words = (searched) => {
  const { model, start, found, seen } = searched;
  const { fixed, plural } = kit();
  if (!found.length) {
    return `Nothing is written after \u201c${model.root(start)}\u201d: one beginning, with `
      + "probability 1 and log-probability 0.";
  }
  const counts = ["kept", "finished", "pruned"].map((fate) => `${count(seen.at(-1), fate)} ${fate}`);
  return [
    `After ${plural(seen.length, "step")}, at the last one ${counts.join(", ")}.`,
    `The beam's best is ${quoted(model, found[0])} with log-probability `
      + `${fixed(found[0].total)}.`,
    compared(searched),
    ...judged(searched),
  ].join(" ");
};

// Which candidates have a share in what was found: they and all that lead to them.
const alive = (found) => {
  const all = new Set();
  for (const each of found) for (let at = each; at.parent; at = at.parent) all.add(at);
  return all;
};

const read = ({ model, found, seen, greedy }, path) => {
  const all = seen.flat();
  const kept = all.filter(({ fate }) => fate !== "pruned").map(({ total }) => total);
  switch (path) {
    case "layout.texts": return found.map(({ tokens }) => model.write(tokens));
    case "layout.log_probabilities": return found.map(({ total }) => total);
    case "layout.scores": return found.map(({ score }) => score);
    case "layout.kept": return kept;
    case "layout.pruned": return all.length - kept.length;
    case "layout.greedy": return greedy ? [greedy.total] : [];
    default: throw new RangeError(`beam_tree has no ${path}`);
  }
};

ldl.register("core", "beam_tree", { TREE, readModels, search, quoted, words, alive, read });
