import { NextResponse } from 'next/server'

export const middleware = (request) =>
  request.cookies.has('session') ? NextResponse.next() : NextResponse.redirect(new URL('/login', request.url))
