/** Words that titles and artists of a style are made of. */
export const STYLES: Readonly<
  Record<string, { readonly title: readonly string[]; readonly artist: readonly string[] }>
> = {
  pop: {
    title: ['Heart', 'Tonight', 'Baby', 'Summer', 'Forever', 'Kiss', 'Crush', 'Sugar', 'Sunshine', 'Mirror'],
    artist: ['Luna', 'Candy', 'Violet', 'Honey', 'Ruby', 'Star'],
  },
  rock: {
    title: ['Fire', 'Thunder', 'Highway', 'Broken', 'Rebel', 'Steel', 'Storm', 'Riot', 'Wild', 'Stone'],
    artist: ['Iron', 'Raven', 'Crimson', 'Hollow', 'Wolves', 'Savage'],
  },
  hiphop: {
    title: ['Street', 'Money', 'Hustle', 'Crown', 'Real', 'Block', 'Grind', 'Flow', 'Boss', 'City'],
    artist: ['Lil', 'Young', 'Big', 'King', 'Kid', 'MC'],
  },
  latin: {
    title: ['Fuego', 'Corazon', 'Noche', 'Baila', 'Amor', 'Calle', 'Luz', 'Mar', 'Besos', 'Ritmo'],
    artist: ['Los', 'El', 'La', 'Don', 'Rey', 'Reina'],
  },
  folk: {
    title: ['River', 'Home', 'Mountain', 'Old', 'Winter', 'Garden', 'Road', 'Harvest', 'Field', 'Letter'],
    artist: ['Willow', 'Cedar', 'Meadow', 'Harbor', 'Ember', 'Finch'],
  },
  electronic: {
    title: ['Neon', 'Pulse', 'Signal', 'Gravity', 'Echo', 'Voltage', 'Orbit', 'Drop', 'Static', 'Circuit'],
    artist: ['DJ', 'Synth', 'Laser', 'Vector', 'Cosmo', 'Pixel'],
  },
  afro: {
    title: ['Lagos', 'Rhythm', 'Mama', 'Jollof', 'Sway', 'Drum', 'Gold', 'Vibes', 'Sahara', 'Joy'],
    artist: ['Wiz', 'Ayo', 'Tiwa', 'Burna', 'Kofi', 'Zola'],
  },
  classical: {
    title: ['Nocturne', 'Prelude', 'Waltz', 'Sonata', 'Aria', 'Lullaby', 'Hymn', 'Serenade', 'Etude', 'Requiem'],
    artist: ['Quartet', 'Ensemble', 'Philharmonic', 'Maestro', 'Chamber', 'Virtuosi'],
  },
}

/** Words that any title may have. */
export const COMMON = [
  'of You',
  'in the Night',
  'Again',
  'and Me',
  'Song',
  'Story',
  'Days',
  'Dream',
  'Light',
  'Away',
  'Remix',
]

/** Second halves of artists' names. */
export const SURNAMES = [
  'Vega',
  'Moreau',
  'Kaya',
  'Lind',
  'Okafor',
  'Silva',
  'Weber',
  'Novak',
  'Tanaka',
  'Rossi',
  'Quinn',
  'Haddad',
  'Berg',
  'Costa',
  'Ilic',
  'Mensah',
]

/** How much each neighbourhood of regions likes each style, in addition to a region's own tastes. */
export const STYLE_PREFERENCES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  latin: { latin: 2.2, pop: 0.4, hiphop: 0.2 },
  anglo: { rock: 0.9, hiphop: 0.9, folk: 0.6, pop: 0.5 },
  central: { electronic: 1.1, hiphop: 0.7, rock: 0.6, classical: 0.4 },
  west: { pop: 0.9, electronic: 0.7, latin: 0.5, hiphop: 0.4 },
  nordic: { electronic: 0.9, rock: 0.8, folk: 0.7, pop: 0.5 },
  balkan: { folk: 1.2, pop: 0.6, electronic: 0.4 },
  levant: { folk: 1.1, pop: 0.7, classical: 0.6, hiphop: 0.3 },
  asia: { pop: 1.4, classical: 0.7, electronic: 0.4 },
  africa: { afro: 2.2, hiphop: 0.7, folk: 0.3 },
}
