import { NextResponse } from 'next/server'

export default () => NextResponse.next()
