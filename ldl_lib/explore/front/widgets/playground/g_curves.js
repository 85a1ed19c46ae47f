// The losses over the epochs: training solid, test dashed.
(() => {
  const HEIGHT = 132;
  const MARGIN = { left: 40, right: 8, top: 10, bottom: 34 };

  class Curves {
    constructor(box, owner) {
      const { html } = ldl.registered("core", "kit");
      Object.assign(this, { box, owner, pictures: ldl.registered("core", "playground_pictures") });
      this.canvas = html("canvas");
      this.canvas.setAttribute("role", "img");
      this.canvas.setAttribute("aria-label", "Training and test loss by epoch");
      box.append(this.canvas);
    }

    layOut() {
      const { fit } = ldl.registered("core", "kit");
      this.width = Math.min(this.box.clientWidth, 460);
      if (this.width) this.context = fit(this.canvas, this.width, HEIGHT);
    }

    draw() {
      const { context, width, owner, pictures } = this;
      if (!context) return;
      const entries = owner.history.entries;
      const top = pictures.lossRange(entries);
      const last = pictures.roundUp(Math.max(10, owner.net.epochs));
      const [bottom, across] = [HEIGHT - MARGIN.bottom, width - MARGIN.left - MARGIN.right];
      const toX = (epoch) => MARGIN.left + across * epoch / last;
      const toY = (loss) => bottom - (bottom - MARGIN.top) * Math.min(loss, top) / top;
      context.clearRect(0, 0, width, HEIGHT);
      this.drawAxes(toX, toY, last, top);
      context.lineWidth = 2;
      const curves = [["test", "purple", [5, 4]], ["train", "green", []]];
      for (const [name, color, dash] of curves) {
        context.beginPath();
        entries.forEach((entry) => {
          if (Number.isFinite(entry[name])) context.lineTo(toX(entry.epoch), toY(entry[name]));
        });
        context.setLineDash(dash);
        context.strokeStyle = owner.color(color);
        context.stroke();
      }
      context.setLineDash([]);
    }

    drawAxes(toX, toY, last, top) {
      const { context, owner, width, pictures } = this;
      const bottom = HEIGHT - MARGIN.bottom;
      context.font = "12px system-ui, sans-serif";
      context.lineWidth = 1;
      for (const share of [0, 0.5, 1]) {
        const y = Math.round(toY(share * top)) + 0.5;
        context.strokeStyle = owner.color(share ? "grid" : "axis");
        context.beginPath();
        context.moveTo(MARGIN.left, y);
        context.lineTo(width - MARGIN.right, y);
        context.stroke();
        context.fillStyle = owner.color("ink");
        context.textAlign = "right";
        context.fillText(String(Number((share * top).toPrecision(3))), MARGIN.left - 6, y + 4);
        context.textAlign = ["left", "center", "right"][2 * share];
        context.fillText(String(share * last), toX(share * last), bottom + 15);
      }
      context.textAlign = "center";
      context.fillText("epoch", (MARGIN.left + width - MARGIN.right) / 2, HEIGHT - 4);
      context.save();
      context.translate(10, (MARGIN.top + bottom) / 2);
      context.rotate(-Math.PI / 2);
      context.fillText("loss", 0, 0);
      context.restore();
    }
  }

  ldl.register("widget", "playground_curves", (box, owner) => new Curves(box, owner));
})();
