export const config = { api: { bodyParser: { sizeLimit: '1.5mb' } } }

const handlers = {
  GET: show, PUT: replace, PATCH: update, DELETE: remove, POST: create,
  async OPTIONS(req, res) { res.status(204).end() },
  async HEAD(req, res) { res.status(200).end() },
}

export default (req, res) => (handlers[req.method] ?? refuse)(req, res)
