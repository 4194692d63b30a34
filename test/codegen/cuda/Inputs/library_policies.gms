import vision, policies, data

experiment library_policies {
  param folder: path = "photos"
  files    = read_images(folder)
  pictures = map(f in files) of from_bytes(f.bytes)
  rand     = map(p in pictures) of rand_augment(p)
  trivial  = map(p in pictures) of trivial_augment(p)
  auto     = map(p in pictures) of auto_augment(p)
  show rand
  show trivial
  show auto
}
