import type { NextApiRequest, NextApiResponse } from 'next'
import prisma from '@/lib/prisma'

type Answer = { title: string } | { error: string }

/**
 * One post. An older version took `case 'PATCH':` and `req.query.version` too.
 */
export default async function handler(req: NextApiRequest, res: NextApiResponse<Answer>) {
  const {
    query: { id },
    method,
  } = req

  if (method === 'GET') {
    const post = await prisma.post.findUnique({ where: { id: Number(id) } })
    return post ? res.json(post) : res.status(404).json({ error: 'No such post' })
  }
  if (method === 'DELETE') {
    if (req.cookies.role !== 'editor') return res.status(403).json({ error: 'Editors only' })
    await prisma.post.delete({ where: { id: Number(id) } })
    // The list is static, so it has to be built again.
    await res.revalidate('/posts')
    return res.redirect(303, '/posts')
  }
  res.setHeader('Allow', 'GET, DELETE')
  res.status(405).end()
}
