// How the playground looks. Widths are those of its box, not of the window.
(() => {
  ldl.register("widget", "playground_style", () => `
    .ldl-playground { container-type: inline-size; font-size: 0.9375rem; }
    .ldl-playground [hidden] { display: none !important; }
    .ldl-playground .bar { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
      padding-bottom: 0.6rem; margin-bottom: 0.6rem; border-bottom: 1px solid var(--ldl-track); }
    .ldl-playground .bar button { display: inline-flex; align-items: center; gap: 0.4rem; }
    .ldl-playground .bar .play { min-width: 6.25rem; justify-content: center; font-weight: 600;
      color: var(--ldl-on-accent); background: var(--ldl-accent); border-color: var(--ldl-accent); }
    .ldl-playground .bar .ldl-control { margin-left: auto; }
    .ldl-playground .bar .ldl-choice legend { position: absolute; clip-path: inset(50%);
      width: 1px; height: 1px; overflow: hidden; }
    .ldl-playground .bar .ldl-option span { min-width: 0; padding: 0.2rem 0.6rem;
      font-size: 0.875rem; line-height: 1.6rem; }
    .ldl-playground .main { display: grid; gap: 0.75rem 1rem;
      grid-template-columns: minmax(0, 1fr); }
    .ldl-playground .numbers { display: grid; grid-template-columns: 4.4rem repeat(2, 1fr);
      gap: 0 0.4rem; contain: layout; margin: 0;
      font-variant-numeric: tabular-nums; align-items: baseline; }
    .ldl-playground .numbers dt { font-size: 0.78rem; color: var(--ldl-muted); grid-row: 1;
      margin: 0; }
    .ldl-playground .numbers dd { margin: 0; font-size: 1.0625rem; font-weight: 600;
      line-height: 1.3; }
    .ldl-playground .numbers small { display: block; font-size: 0.78rem; font-weight: 400;
      color: var(--ldl-muted); min-height: 1.2em; }
    .ldl-playground .numbers svg { width: 1.3rem; height: 0.5rem; margin-right: 0.3rem; }
    .ldl-playground canvas { display: block; }
    .ldl-playground .plane { margin: 0 auto; border-radius: 4px; }
    .ldl-playground .plane.sheet { cursor: crosshair; touch-action: none; }
    .ldl-playground .plane:focus-visible { outline: 3px solid var(--ldl-accent);
      outline-offset: -3px; }
    .ldl-playground .caption { font-weight: 600; text-align: center; padding-bottom: 0.25rem; }
    .ldl-playground .legend { display: flex; flex-wrap: wrap; justify-content: center;
      gap: 0 0.7rem; font-size: 0.8125rem; color: var(--ldl-muted); }
    .ldl-playground .legend span { white-space: nowrap; }
    .ldl-playground .legend svg { width: 0.8rem; height: 0.8rem; vertical-align: -0.08rem; }
    .ldl-playground .tools { display: flex; flex-wrap: wrap; gap: 0.375rem; justify-content: center;
      padding-top: 0.5rem; }
    .ldl-playground .hint { font-size: 0.8125rem; color: var(--ldl-muted); line-height: 1.4; }
    .ldl-playground button[aria-pressed="true"]:not(.unit) { color: var(--ldl-on-accent);
      background: var(--ldl-accent); border-color: var(--ldl-accent); }
    .ldl-playground .layers { display: flex; gap: 0.3rem; align-items: center; font-weight: 600; }
    .ldl-playground .layers button, .ldl-playground .head button { min-width: 1.625rem;
      min-height: 1.625rem; width: 1.625rem; padding: 0; line-height: 1; font-weight: 600;
      display: inline-flex; align-items: center; justify-content: center; }
    .ldl-playground .layers span { padding-left: 0.35rem; }
    .ldl-playground .drawing { position: relative; margin-top: 0.35rem; }
    .ldl-playground .head { position: absolute; top: 0; transform: translateX(-50%); width: 3.5rem;
      text-align: center; white-space: nowrap; }
    .ldl-playground .head span { display: block; font-size: 0.8125rem; line-height: 1.6; }
    .ldl-playground .head button + button { margin-left: 0.125rem; }
    .ldl-playground .unit { position: absolute; min-width: 0; min-height: 0; padding: 0;
      background: none; border: 0; border-radius: 2px; }
    .ldl-playground .unit:hover { box-shadow: 0 0 0 2px var(--ldl-accent); }
    .ldl-playground .tip { position: absolute; padding: 0.1rem 0.45rem; font-size: 0.8125rem;
      pointer-events: none; white-space: nowrap; color: var(--ldl-ink);
      background: var(--ldl-paper);
      border: 1px solid var(--ldl-line); border-radius: 4px; }
    .ldl-playground .details { min-height: 3.4rem; padding-top: 0.4rem; }
    .ldl-playground .name { display: flex; justify-content: space-between; align-items: center; }
    .ldl-playground .fields { display: grid; gap: 0.4rem 0.6rem; padding-top: 0.35rem;
      grid-template-columns: repeat(auto-fill, minmax(6.75rem, 1fr)); }
    .ldl-playground .fields span { display: block; font-size: 0.8125rem; color: var(--ldl-muted); }
    .ldl-playground .fields input { width: 100%; min-height: 2rem; font: inherit;
      padding: 0.1rem 0.4rem;
      font-variant-numeric: tabular-nums; color: inherit; background: var(--ldl-paper);
      border: 1px solid var(--ldl-line); border-radius: 4px; }
    .ldl-settings { grid-column: 1 / -1; display: grid; gap: 0.9rem 1.75rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
    .ldl-settings > div { display: grid; gap: 0.45rem; align-content: start; }
    .ldl-settings .heading { font-weight: 600; border-bottom: 1px solid var(--ldl-track);
      padding-bottom: 0.2rem; }
    .ldl-settings .ldl-select { display: grid; gap: 0; }
    .ldl-settings .ldl-select select { width: 100%; }
    .ldl-settings .ldl-option span { min-width: 0; padding: 0.15rem 0.6rem; }
    .ldl-settings .thumbs { display: flex; flex-wrap: wrap; gap: 0.3rem; }
    .ldl-settings .thumbs button { padding: 2px; min-width: 0; min-height: 0; line-height: 0; }
    .ldl-settings .thumbs button[aria-pressed="true"] { border-color: var(--ldl-accent);
      box-shadow: 0 0 0 2px var(--ldl-accent); }
    @container (min-width: 40rem) {
      .ldl-playground .main { grid-template-columns: minmax(0, 1fr) 18.5rem;
        grid-template-areas: "network plane" "network curves" "network .";
        grid-template-rows: auto auto 1fr; }
      .ldl-playground .plane-box { grid-area: plane; }
      .ldl-playground .network-box { grid-area: network; }
      .ldl-playground .curves-box { grid-area: curves; }
    }`);
})();
