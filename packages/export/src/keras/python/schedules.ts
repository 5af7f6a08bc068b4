import { schedules } from '@recspec/core'

/** `scheduled` of batches.py and train.py: the value of a schedule at a step. */
export const scheduled = `
def scheduled(schedule, step, per_epoch, m=np):
    """A number, or the value of a schedule at a step of a phase, counted from 0."""
    if isinstance(schedule, (int, float)):
        return schedule
    s = schedule
    span = s.get("steps", s["epochs"] * per_epoch if "epochs" in s else 1)
    at = {
${Object.entries(schedules)
  .map(([type, { keras }]) => `        "${type}": lambda share: ${keras},`)
  .join('\n')}
    }[s["type"]]
    warmup = s.get("warmup", 0)
    warm = at(0.0) * (step + 1) / (warmup + 1)
    return m.where(step < warmup, warm, at(m.maximum(step - warmup, 0) / span))
`
