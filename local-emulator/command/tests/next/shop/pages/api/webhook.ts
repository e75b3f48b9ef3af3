import { buffer } from 'micro'
import Stripe from 'stripe'
import type { NextApiRequest, NextApiResponse } from 'next'

const { STRIPE_SECRET, STRIPE_WEBHOOK_SECRET } = process.env
const stripe = new Stripe(STRIPE_SECRET!)

// Stripe signs the raw body.
export const config = { api: { bodyParser: false, externalResolver: true } }

export default async (req: NextApiRequest, res: NextApiResponse) => {
  if (req.method === 'POST') {
    const event = stripe.webhooks.constructEvent(await buffer(req), req.headers['stripe-signature']!, STRIPE_WEBHOOK_SECRET!)
    await fetch(process.env.ORDERS_URL + '/paid', { method: 'PUT', body: JSON.stringify(event.data) })
    res.json({ received: true })
  } else {
    res.setHeader('Allow', 'POST')
    res.status(405).end('Method Not Allowed')
  }
}
