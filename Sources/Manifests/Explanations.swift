let explanations: [Int: Explanation] = [:]
