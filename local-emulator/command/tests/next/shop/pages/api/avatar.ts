import type { NextApiRequest, NextApiResponse, PageConfig } from 'next'
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'

const s3 = new S3Client({ region: process.env.AWS_REGION })

export const config: PageConfig = {
  api: {
    bodyParser: {
      sizeLimit: '4mb', // a photo of a phone
    },
    responseLimit: false,
  },
  maxDuration: 20,
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'PUT') {
    return res.status(405).end()
  }
  const key = `avatars/${req.cookies['user-id']}.jpg`
  await s3.send(new PutObjectCommand({ Bucket: process.env['AVATARS'], Key: key, Body: req.body }))
  res.status(204).end()
}
