/** @type {import('next').NextConfig} */
export default {
  pageExtensions: ['ts', 'tsx', 'js', 'mdx'],
}
