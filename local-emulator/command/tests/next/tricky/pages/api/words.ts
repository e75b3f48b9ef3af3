#!/usr/bin/env node req.query.hashbang
// if (req.method === 'GET') req.query.line
/* process.env.BLOCK, import a from 'block'
   case 'POST': */
import good from 'good' // import bad from 'bad'
const text = "req.query.double; // process.env.DOUBLE"
const other = 'it\'s req.query.single /* not a comment'
const template = `req.query.template ${req.query.inside} ${`${process.env.NESTED}` /* req.query.no */} */`
const pattern = /req\.query\.pattern['"`]/.test(text) ? 1 / 2 : 3 /* / */ / 4
const word = "unclosed ' req.query.unclosed
export const config = {
  // api: { bodyParser: false },
  api: { bodyParser: { sizeLimit: LIMIT /* '500kb' */ } },
}
const odd = process.env['A\u202e\
"; panic!() } // B'] + process.env[`C
fn main() {}`] + req.query['‮é']
export default function handler(req: NextApiRequest & { query: { typed: string } }, res) {
  const { query, cookies } = req
  return res.end(query.found + cookies['a.b'] + query?.['x-y'] + req?.query!.bang)
}
