export default interface Post { title: string }
