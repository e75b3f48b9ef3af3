import type { NextApiRequest, NextApiResponse } from 'next'
import { z } from 'zod'
import { connect } from '../../../lib/mongodb'

const NewPost = z.object({ title: z.string().min(1), body: z.string() })

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const db = await connect(process.env.MONGODB_URI!)

  switch (req.method) {
    case 'GET': {
      const { page = '1', tag } = req.query
      const posts = await db.collection('posts').find(tag ? { tag } : {}).skip((+page - 1) * 20).toArray()
      return res.status(200).json(posts)
    }
    case 'POST': {
      const parsed = NewPost.safeParse(req.body)
      if (!parsed.success) return res.status(400).json({ error: parsed.error.flatten() })
      const { insertedId } = await db.collection('posts').insertOne(parsed.data)
      return res.status(201).json({ id: insertedId })
    }
    default:
      res.setHeader('Allow', ['GET', 'POST'])
      return res.status(405).end(`Method ${req.method} Not Allowed`)
  }
}
