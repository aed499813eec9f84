export default { paths: () => [] }
