const allowed = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

export default (req, res) => {
  if (!allowed.includes(req.method)) return res.status(405).end()
  res.json([])
}
