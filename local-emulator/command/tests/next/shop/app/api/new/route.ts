export const GET = () => new Response("new")
