/** What one layer or image of a set is made of. Everything follows from names, so two fills are byte for byte alike. */
export interface ImagePlan {
  repository: string
  tag: string
  /** Names of layers; the same name is the same blob. */
  layers: string[]
}

export interface SetPlan {
  name: 'big' | 'small'
  title: string
  layerBytes: (layer: string) => number
  images: ImagePlan[]
}

const mb = 1_000_000

/** 2 GB: 40 distinct layers of 50 MB, each in two of eight tags. */
function big(): SetPlan {
  const images = Array.from({ length: 8 }, (_, tag) => ({
    repository: 'bench/big',
    tag: `v${tag + 1}`,
    layers: Array.from({ length: 10 }, (_, layer) => `big-${(tag * 5 + layer) % 40}`),
  }))
  return { name: 'big', title: '2 GB in 40 layers over 8 tags', layerBytes: () => 50 * mb, images }
}

/** 300 images in 30 repositories: a base that all share, a layer of the repository, a layer of the image. */
function small(): SetPlan {
  const bytes: Record<string, number> = { base: 3 * mb, repository: 200_000, image: 20_000 }
  const images = Array.from({ length: 300 }, (_, number) => {
    const name = `bench/app-${String((number % 30) + 1).padStart(2, '0')}`
    return {
      repository: name,
      tag: `1.${Math.floor(number / 30)}`,
      layers: ['base', `repository-${name}`, `image-${number}`],
    }
  })
  return {
    name: 'small',
    title: '300 small images in 30 repositories',
    layerBytes: (layer) => bytes[layer.split('-')[0] ?? ''] ?? 0,
    images,
  }
}

export const sets: Record<SetPlan['name'], () => SetPlan> = { big, small }
