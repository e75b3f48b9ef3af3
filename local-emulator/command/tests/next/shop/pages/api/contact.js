export default async function handler(req, res) {
  if (req.method === 'OPTIONS') return res.status(200).end()
  await fetch(`https://${process.env.MAIL_HOST}/send?key=${encodeURIComponent(process.env.MAIL_KEY)}`, {
    method: 'POST',
    body: JSON.stringify(req.body),
  })
  res.status(202).end()
}
