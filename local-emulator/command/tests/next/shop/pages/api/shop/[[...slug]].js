export default function handler(req, res) {
  const { slug = [], ...filters } = req.query
  res.json({ slug, filters })
}
