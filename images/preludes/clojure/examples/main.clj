(ns coderunner.example
  (:require [clojure.string :as string]))

(defrecord Circle [radius])
(defprotocol Shape (area [this]))
(extend-type Circle Shape (area [this] (* Math/PI (:radius this) (:radius this))))
(defmulti describe class)
(defmethod describe Circle [circle] (format "%.2f" (area circle)))
(defmacro unless [condition & body] `(if ~condition nil (do ~@body)))
(defn gcd [a b] (if (zero? b) a (recur b (mod a b))))
(defn counts [text]
  (let [words (string/split (string/trim text) #"\s+")]
    (sort-by (comp - val) (frequencies words))))
(def state (atom {:total 0}))

(with-out-str
  (with-in-str "ä b\n"
    (let [line (read-line)
          {:keys [total] :or {total 1}} @state]
      (doseq [[word number] (counts line)] (println (str word ": " (inc number))))
      (swap! state update :total + (reduce + (map #(* % %) (filter even? (range 10)))))
      (loop [i 0] (when (< i 3) (recur (inc i))))
      (try
        (unless false (throw (ex-info "no" {:gcd (gcd 12 18)})))
        (catch Exception e (println (ex-message e) (ex-data e))))
      (println (for [x [1 2] y [3 4] :when (odd? x)] [x y]) total (describe (->Circle 1.0)) (-> "a" string/upper-case))
      (flush))))

(in-ns 'user)
(dosync (commute @#'clojure.core/*loaded-libs* disj 'coderunner.example))
(remove-ns 'coderunner.example)
