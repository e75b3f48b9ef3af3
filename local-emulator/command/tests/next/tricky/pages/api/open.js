export default function handler(req, res) {
  const jsx = `never closed ${
  res.json({ id: req.query.id })
}
/* nor is this
