import fs from 'node:fs/promises'
import path from 'path'

export default async function handler(req, res) {
  const { slug } = req.query as { slug: string[] }
  const file = path.join(process.cwd(), 'docs', ...slug) + '.md'
  try {
    res.setHeader('Content-Type', 'text/markdown').send(await fs.readFile(file, 'utf8'))
  } catch {
    res.status(404).end()
  }
}
