import { ImageResponse } from 'next/og'
import { NextRequest } from 'next/server'

export const config = { runtime: 'edge' }

export default function handler(request: NextRequest) {
  const title = request.nextUrl.searchParams.get('title') ?? "It's untitled"
  const theme = request.cookies.get('theme')?.value
  return new ImageResponse(
    (
      <div style={{ display: 'flex', background: theme === 'dark' ? '#000' : '#fff' }}>
        <p>It's {title}</p>
      </div>
    ),
    { width: 1200, height: 630 },
  )
}
