// Beam search in a small tree of words or with a network that writes letters: what is
// searched, and what is said of it. Pure functions, no DOM. Python's side is
// ldl_lib/figures/text/beam_tree.py.

const TREE = "small tree"; // stands for it among the beginnings
const END = 1; // its token that ends a sentence

const kit = () => ldl.registered("core", "kit");
const recurrent = () => ldl.registered("core", "recurrent");

// What a search needs of a model: its next step, and how its tokens are written.
const treeModel = ({ words, probabilities, children, deepest, best_log_probability: best }) => ({
  end: () => END,
  begin: () => ({ token: 0, state: 0 }),
  next: (token, node) => {
    const after = children[node][token];
    return { logarithms: probabilities[after].map(Math.log), state: after };
  },
  name: (token) => words[token],
  write: (tokens) => tokens.map((token) => words[token]).join(" ").replaceAll(" .", "."),
  root: () => words[0],
  best,
  deepest,
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
  const searched = { model, start, width, lengthPower, greedy, ...run(width, lengthPower) };
  return { ...searched, rankings: rankings(searched) };
};

// A text in quotation marks; a space at its end would be lost on the page.
const quoted = (model, { tokens }) => `\u201c${model.write(tokens)}\u201d`
  .replace(" \u201d", "\u2423\u201d");

const count = (candidates, fate) => candidates.filter((each) => each.fate === fate).length;
const sameTokens = (a, b) => a.tokens.join() === b.tokens.join();

const compared = ({ model, width, found: [best], greedy }) => {
  if (width === 1) return "A beam of width 1 is greedy search.";
  if (sameTokens(best, greedy)) return "Greedy search finds the same.";
  const { fixed } = kit();
  return `Greedy search finds ${quoted(model, greedy)} with `
    + `${fixed(greedy.total)}: the beam's is ${fixed(Math.exp(best.total - greedy.total))} times `
    + "as likely.";
};

const normalised = ({ model, lengthPower, found }) => {
  if (!lengthPower || found.length < 2) return [];
  const likeliest = found.reduce((a, b) => b.total > a.total ? b : a);
  return [likeliest === found[0] ? "Without length normalisation it would be first, too."
    : `Without length normalisation ${quoted(model, likeliest)} would be first, with `
      + `${kit().fixed(likeliest.total)}.`];
};

const isOver = ({ seen }) => seen.length > 0 && !count(seen.at(-1), "kept");

const judged = (searched) => {
  const { model, found } = searched;
  if (!model.best || !isOver(searched)) return [];
  const reaches = ({ total }) => total > model.best - 1e-9;
  if (reaches(found[0])) return ["No sentence of this tree is likelier."];
  if (found.some(reaches)) return [];
  return ["The likeliest sentence of this tree was pruned on the way: it has "
    + `${kit().fixed(model.best)}.`];
};

const words = (searched) => {
  const { model, start, lengthPower, found, seen } = searched;
  const { fixed } = kit();
  if (!found.length) {
    return `Nothing is written after \u201c${model.root(start)}\u201d: one beginning, with `
      + "probability 1 and log-probability 0.";
  }
  const counts = ["kept", "finished", "pruned"].map((fate) => `${count(seen.at(-1), fate)} ${fate}`);
  return [
    `Step ${seen.length}: ${counts.join(", ")}.`,
    ...isOver(searched) ? ["Nothing is left to continue: the search is over."] : [],
    `The beam's best is ${quoted(model, found[0])} with log-probability ${fixed(found[0].total)}`
      + `${lengthPower ? ` and score ${fixed(found[0].score)}` : ""}.`,
    ...normalised(searched),
    compared(searched),
    ...judged(searched),
  ].join(" ");
};

// For each step how many candidates there were, and how many it could keep: what has
// finished before gives no place back.
const rankings = ({ seen, width }) => {
  let room = width;
  return seen.map((all) => {
    const text = `${kit().plural(all.length, "candidate")}, room for ${room}`;
    room -= count(all, "finished");
    return text;
  });
};

// What became of one candidate, and why.
const sentence = (searched, each, dropped) => {
  const { fixed } = kit();
  const probability = Math.exp(each.own);
  const fate = dropped ? "kept, dropped later" : each.fate;
  const before = each.parent.parent ? `; with all before ${fixed(each.total)}` : "";
  return `Step ${each.step}, ${quoted(searched.model, each)}, ${fate}: number ${each.rank + 1} of `
    + `${searched.rankings[each.step - 1]}. \u201c${searched.model.name(each.token)}\u201d has probability `
    + `${probability < 0.001 ? "below 0.001" : fixed(probability, 3)} here, log-probability `
    + `${fixed(each.own)}${before}.`;
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

ldl.register("core", "beam_tree", {
  TREE, readModels, search, quoted, words, isOver, sentence, alive, read,
});
