export default function handler(req, res) {
  if (req.query.secret !== process.env.PREVIEW_SECRET) return res.status(401).json({ message: 'Invalid token' })
  if (req.query.exit) {
    res.clearPreviewData()
    return res.redirect('/')
  }
  if (typeof res.setDraftMode === 'function') res.setDraftMode({ enable: true })
  else res.setPreviewData({ slug: req.query.slug })
  res.redirect(`/posts/${req.query.slug}`)
}
