import { createRouter } from 'next-connect'
import Cors from 'cors'
import jwt from 'jsonwebtoken'
import { listMembers } from '~/server/members'

const cors = Cors({ methods: ['GET', 'HEAD'], origin: process.env.ORIGIN })
const router = createRouter()

router.use(cors).get(async (req, res) => {
  jwt.verify(req.cookies.token, process.env.JWT_SECRET)
  res.json(await listMembers(req.query))
})

module.exports = router.handler()
