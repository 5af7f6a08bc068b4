/**
 * Reviews by their label. They were committed before a classifier was trained on the sample of reviews, and none of
 * them is made of its templates.
 */
type Sentences = Readonly<Record<'Positive' | 'Negative', readonly string[]>>

/** Nine sentences of the gallery. */
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

/** Ten further ones. */
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
