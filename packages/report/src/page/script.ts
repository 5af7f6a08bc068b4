/**
 * Names of the points of maps, on hover, tap and focus. It reads marks that are there; the page is complete
 * without.
 */
export const SCRIPT = `
(() => {
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.setAttribute('role', 'status')
  tip.hidden = true
  document.body.append(tip)
  let near
  const show = (mark, x, y) => {
    near?.classList.remove('point-near')
    near = mark
    tip.hidden = !mark
    if (!mark) return
    mark.classList.add('point-near')
    tip.textContent = mark.getAttribute('aria-label')
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - tip.offsetWidth - 8)) + 'px'
    tip.style.top = (y + 16 + tip.offsetHeight > innerHeight ? y - 12 - tip.offsetHeight : y + 16) + 'px'
  }
  for (const map of document.querySelectorAll('[data-map] svg')) {
    const marks = [...map.querySelectorAll('.mark-symbol path[aria-label]')]
    const find = ({ clientX: x, clientY: y }) => {
      let best, least = 24 * 24
      for (const mark of marks) {
        const box = mark.getBoundingClientRect()
        const away = (box.x + box.width / 2 - x) ** 2 + (box.y + box.height / 2 - y) ** 2
        if (away < least) { least = away; best = mark }
      }
      show(best, x, y)
    }
    map.addEventListener('pointermove', find)
    map.addEventListener('pointerdown', find)
    map.addEventListener('pointerleave', () => show())
  }
})()
`
