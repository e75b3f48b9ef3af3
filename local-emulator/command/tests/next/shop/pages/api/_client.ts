export function client(token: string) {
  return new WebSocket(`wss://example.com/?token=${token}`)
}
