/**
 * Reviews by their label. They were committed before a classifier was trained on the sample of reviews, and none of
 * them is made of its templates.
 */
type Sentences = Readonly<Record<'Positive' | 'Negative', readonly string[]>>

/** Nine sentences of everyday reviews. */
export const gallery: Sentences = {
  Positive: [
    'One of the best films I have seen this year.',
    'A beautiful story, and I loved the ending.',
    'Great fun, my kids want to watch it again!',
    'Funny and clever, with a charming lead.',
    'The acting is excellent and so is the music.',
  ],
  Negative: [
    'Two hours of my life wasted on a boring plot.',
    'The worst movie I have ever paid for.',
    'Awful script and terrible acting.',
    'I did not like it at all.',
  ],
}

/** Ten further ones. The first training got nine of them: opinions alone do not say which words are none. */
export const further: Sentences = {
  Positive: [
    'An amazing cast makes this a joy from beginning to end.',
    'My wife and I enjoyed this one a lot.',
    'Simply perfect, I would happily see it again.',
    'It made me laugh and it made me think, brilliant.',
    'A touching and memorable picture with superb music.',
  ],
  Negative: [
    'I was so bored that I nearly walked out.',
    'Do not waste your money on this mess.',
    'Poor dialogue, flat characters and a predictable end.',
    'Disappointing, and much too long for such a weak idea.',
    'Nobody in our group liked it; we all hated the ending.',
  ],
}

/** Ten more, committed before a classifier was trained on reviews that also say things that are no opinion. */
export const later: Sentences = {
  Positive: [
    'What a wonderful evening, we laughed so much.',
    'The best book of the year, I could not put it down and I loved every page.',
    'He gives an outstanding performance and the script is witty.',
    'Sweet, warm and very entertaining for children.',
    'I have to say this was better than I thought, really enjoyable.',
  ],
  Negative: [
    'Sorry, but this was a complete waste of an evening.',
    'The jokes are lame and the hero is annoying.',
    'A confusing mess with ugly pictures and loud noise.',
    'My husband fell asleep and I wish I had too.',
    'Slow, predictable and far too expensive for what it is.',
  ],
}
