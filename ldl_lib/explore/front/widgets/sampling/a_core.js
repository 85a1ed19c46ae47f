// A text drawn character by character: the drawing, and what is said of it. Pure functions,
// no DOM. Python's side is ldl_lib/figures/text/sampling.py.

const settings = ({ temperature, top_k: topK, nucleus }) => ({ temperature, topK, nucleus });

const OWN = "own"; // stands for the reader's own beginning among the prompts
const NOTHING = " "; // what the network reads where nothing is typed

// Characters drawn after a prompt, and what can come next.
const write = (network, reader, values, own) => {
  const { chance, decode, pick, reshape } = ldl.registered("core", "recurrent");
  let { token, state } = reader.begin(values.prompt === OWN ? own || NOTHING : values.prompt);
  const [tokens, costs] = [[], []];
  for (;;) {
    const after = reader.next(token, state);
    const choice = reshape(after.logarithms, settings(values));
    const random = chance(values.seed, tokens.length);
    token = pick(choice, random);
    if (tokens.length === values.letters) {
      return { network, text: decode(network, tokens), costs, choice, random, drawn: token,
        before: after.logarithms.map(Math.exp) };
    }
    state = after.state;
    tokens.push(token);
    costs.push(after.logarithms[token]);
  }
};

const spoken = (character) => character === " " ? "a space" : `\u201c${character}\u201d`;

const words = ({ network, text, costs, choice, before }) => {
  const { fixed, plural } = ldl.registered("core", "kit");
  const [likeliest] = choice.order;
  const said = `${choice.kept} of ${network.kinds} characters can come next. The likeliest, `
    + `${spoken(network.characters[likeliest])}, has `
    + `${fixed(100 * choice.probabilities[likeliest], 1)} %; the network gives it `
    + `${fixed(100 * before[likeliest], 1)} %.`;
  if (!text) return said;
  const bits = -costs.reduce((sum, each) => sum + each, 0) / costs.length / Math.LN2;
  const all = text.split(" ").filter(Boolean);
  return `${said} What is written has ${plural(all.length, "word")}, ${new Set(all).size} `
    + `different, and costs the network ${fixed(bits)} bits a character.`;
};

const read = ({ text, before, choice }, path) => {
  switch (path) {
    case "layout.text": return text;
    case "layout.before": return Array.from(before);
    case "layout.after": return Array.from(choice.probabilities);
    case "layout.kept": return choice.kept;
    default: throw new RangeError(`sampling has no ${path}`);
  }
};

ldl.register("core", "sampling", { OWN, write, words, read });
