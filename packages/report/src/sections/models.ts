import { mapChart } from '../charts/map.js'
import type { ReportContent, ReportedModel } from '../content.js'
import { highlighted } from '../document/highlight.js'
import { graphPicture } from '../graph/picture.js'
import { figure } from '../page/figure.js'
import { html, type Markup } from '../page/markup.js'
import type { Section } from '../page/section.js'

/** A section for each model: its graph with shapes, maps of its embeddings, its document. */
export const modelSections = async ({ models }: ReportContent): Promise<readonly Section[]> => {
  const sections: Section[] = []
  for (const [index, model] of models.entries())
    sections.push({ id: `model-${index + 1}`, heading: `Model ${model.name}`, body: await modelMarkup(model) })
  return sections
}

const modelMarkup = async ({ name, drawing, maps, unmapped, document }: ReportedModel): Promise<Markup> => {
  const mapped: Markup[] = []
  for (const map of maps) mapped.push(html`<div data-map>${figure(await mapChart(name, map))}</div>`)
  return html`<h3>Graph</h3>${figure(graphPicture(drawing))}
<h3>Embedding map</h3>${mapped}${unmapped === undefined ? undefined : html`<p class="note">${unmapped}</p>`}
<details><summary>The document, with its defaults</summary>${highlighted(document)}</details>`
}
